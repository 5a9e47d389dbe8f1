-- The ways to people's reading keys (docs/decisions/0016-members-keys.md): one row for each person who has one, sealed. The
-- version counts its changes, so that of two who change it at once one is told.

-- +goose Up
CREATE TABLE way (
    person  TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    ways    BLOB   NOT NULL
);
