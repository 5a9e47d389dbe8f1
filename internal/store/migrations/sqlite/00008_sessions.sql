-- Whose a session is, under a keyed name (docs/decisions/0013): so people see on which devices they are, and end it there. Sessions
-- from before have none until they are used again.

-- +goose Up
ALTER TABLE session ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX session_person ON session (person);
