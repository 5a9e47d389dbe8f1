-- The public record of each conference: its leaves as they were entered, and the hashes of the tree over them in the
-- order in which they were completed. Both only grow.

-- +goose Up
CREATE TABLE leaf (
    conference TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    body       BLOB   NOT NULL,
    PRIMARY KEY (conference, number)
);

CREATE TABLE leaf_hash (
    conference TEXT   NOT NULL,
    place      BIGINT NOT NULL,
    hash       BLOB   NOT NULL,
    PRIMARY KEY (conference, place)
);

-- +goose StatementBegin
CREATE TRIGGER leaf_is_never_changed BEFORE UPDATE ON leaf
BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER leaf_is_never_removed BEFORE DELETE ON leaf
BEGIN SELECT RAISE(ABORT, 'a leaf is never removed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER leaf_hash_is_never_changed BEFORE UPDATE ON leaf_hash
BEGIN SELECT RAISE(ABORT, 'a hash is never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER leaf_hash_is_never_removed BEFORE DELETE ON leaf_hash
BEGIN SELECT RAISE(ABORT, 'a hash is never removed'); END;
-- +goose StatementEnd
