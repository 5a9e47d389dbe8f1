-- What witnesses said of the public record of a conference: of each the last cosignature (docs/spec/record.md, section 6). Told
-- is 1 when it has been looked at whether the conference is signed with it.

-- +goose Up
CREATE TABLE cosigned (
    conference TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    sight      BLOB   NOT NULL,
    told       BIGINT NOT NULL,
    PRIMARY KEY (conference, key)
);
CREATE INDEX cosigned_untold ON cosigned (conference) WHERE told = 0;

-- What the world may see is found without a look at what it may not.
CREATE INDEX act_public ON act (conference, seq) WHERE room = 'public';
