-- The acts are the truth. conference and member are projections that the venue can rebuild; receipt answers a repeated
-- request. Times are milliseconds since 1970 (0: none), flags are 0 or 1.

-- +goose Up
CREATE TABLE act (
    conference TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    room       TEXT   NOT NULL,
    body       BYTEA NOT NULL,
    PRIMARY KEY (conference, seq)
);
CREATE INDEX act_founding ON act (conference) WHERE seq = 1;

-- +goose StatementBegin
CREATE FUNCTION act_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an act is never changed or removed'; END $$;
-- +goose StatementEnd
CREATE TRIGGER act_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON act
FOR EACH STATEMENT EXECUTE FUNCTION act_is_append_only();

CREATE TABLE receipt (
    conference TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    digest     BYTEA NOT NULL,
    seq        BIGINT NOT NULL,
    receipt    BYTEA NOT NULL,
    PRIMARY KEY (conference, key)
);

CREATE TABLE conference (
    id      TEXT   NOT NULL PRIMARY KEY,
    due     BIGINT NOT NULL,
    listed  BIGINT NOT NULL,
    members TEXT   NOT NULL
);
CREATE INDEX conference_due ON conference (due) WHERE due > 0;

CREATE TABLE member (
    person     TEXT NOT NULL,
    conference TEXT NOT NULL,
    PRIMARY KEY (person, conference)
);
CREATE INDEX member_conference ON member (conference);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE person (
    id      TEXT   NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL,
    host    BIGINT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE invitation (
    hash       BYTEA NOT NULL PRIMARY KEY,
    conference TEXT   NOT NULL,
    invite     TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    party      TEXT   NOT NULL,
    expires    BIGINT NOT NULL,
    used       BIGINT NOT NULL,
    used_by    TEXT   NOT NULL,
    revoked    BIGINT NOT NULL
);
CREATE INDEX invitation_invite ON invitation (conference, invite);

CREATE TABLE way_back (
    hash    BYTEA NOT NULL PRIMARY KEY,
    person  TEXT   NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT NOT NULL
);

CREATE TABLE passkey (
    id         BYTEA NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL,
    credential TEXT   NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE session (
    token   TEXT   NOT NULL PRIMARY KEY,
    data    BYTEA NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires);
