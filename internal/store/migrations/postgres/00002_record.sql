-- The public record of each conference: its leaves as they were entered, and the hashes of the tree over them in the
-- order in which they were completed. Both only grow.

-- +goose Up
CREATE TABLE leaf (
    conference TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    body       BYTEA NOT NULL,
    PRIMARY KEY (conference, number)
);

CREATE TABLE leaf_hash (
    conference TEXT   NOT NULL,
    place      BIGINT NOT NULL,
    hash       BYTEA NOT NULL,
    PRIMARY KEY (conference, place)
);

-- +goose StatementBegin
CREATE FUNCTION leaf_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a leaf of the record is never changed or removed'; END $$;
-- +goose StatementEnd
CREATE TRIGGER leaf_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf
FOR EACH STATEMENT EXECUTE FUNCTION leaf_is_append_only();
CREATE TRIGGER leaf_hash_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf_hash
FOR EACH STATEMENT EXECUTE FUNCTION leaf_is_append_only();
