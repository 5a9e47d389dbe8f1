-- Whatever is not public is sealed (docs/decisions/0013): the keys of rooms, wrapped, under names that tell nothing. An act is
-- changed once at most, and only from what lay open to what is sealed.

-- +goose Up
CREATE TABLE room_key (
    conference TEXT  NOT NULL,
    room       TEXT  NOT NULL,
    wrapped    BYTEA NOT NULL,
    PRIMARY KEY (conference, room)
);

DROP TRIGGER act_is_never_changed ON act;
CREATE TRIGGER act_is_never_changed BEFORE UPDATE ON act FOR EACH ROW
WHEN (NOT (NEW.conference = OLD.conference AND NEW.seq = OLD.seq AND NEW.room = 'sealed' AND OLD.room NOT IN ('public', 'sealed')))
EXECUTE FUNCTION act_is_append_only();
CREATE TRIGGER act_is_never_removed BEFORE DELETE OR TRUNCATE ON act
FOR EACH STATEMENT EXECUTE FUNCTION act_is_append_only();
