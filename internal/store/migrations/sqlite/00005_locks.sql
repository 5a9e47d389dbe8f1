-- The keys of private rooms that their members have locked (docs/decisions/0016). Rows of a room count from 1; the last is in
-- force.

-- +goose Up
CREATE TABLE room_lock (
    conference TEXT   NOT NULL,
    room       TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    sealed     BLOB   NOT NULL,
    PRIMARY KEY (conference, room, number)
);
