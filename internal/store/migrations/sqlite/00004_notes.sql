-- What can be destroyed of an act is kept apart from it (docs/decisions/0015): of a sealed act the key of its note. It is
-- destroyed by writing zeros over it.

-- +goose Up
CREATE TABLE note (
    conference TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    note       BLOB  NOT NULL,
    PRIMARY KEY (conference, seq)
);
