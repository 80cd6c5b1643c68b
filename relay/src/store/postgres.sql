-- What PostgreSQL keeps; docs/decisions/two-stores.md. Only hashes of tokens; no slot beside an item; days, never times.
CREATE TABLE box (
    one      boolean PRIMARY KEY CHECK (one),
    version  integer NOT NULL,
    key      bytea   NOT NULL,                     -- seals cursors, salts item ids
    last_day integer NOT NULL
);

-- What each process added, so that no row is written by all; folded into one at the day's turn.
CREATE TABLE tally (
    no      bigint PRIMARY KEY,                    -- random, one for each start of a process
    inboxes bigint NOT NULL,
    bytes   bigint NOT NULL
);

CREATE TABLE inbox (
    no              bigint  PRIMARY KEY,           -- random
    fetch_hash      bytea   NOT NULL UNIQUE,
    wake_hash       bytea   NOT NULL UNIQUE,
    made            bytea   NOT NULL,
    last_day        integer NOT NULL,
    last_number     bigint  NOT NULL DEFAULT 0,    -- given under this row's lock
    gone_through    bigint  NOT NULL DEFAULT 0,
    expired_through bigint  NOT NULL DEFAULT 0,
    refused_at      bigint  NOT NULL DEFAULT 0,
    kept            bigint  NOT NULL DEFAULT 0,
    kept_from       integer NOT NULL DEFAULT 0,    -- no item of an earlier day is kept
    wake_address    bytea                          -- where the owner wants to be woken, if at all
) WITH (fillfactor = 80);                          -- a changed row stays on its page, and no index is touched

CREATE TABLE slot (
    hash  bytea  PRIMARY KEY,
    inbox bigint NOT NULL
);
CREATE INDEX slot_of_inbox ON slot (inbox);

-- A partition for each day: item_20500.
CREATE TABLE item (
    day    integer NOT NULL,
    inbox  bigint  NOT NULL,
    number bigint  NOT NULL,
    id     bytea   NOT NULL,
    bytes  bytea   NOT NULL,
    PRIMARY KEY (inbox, number, day)
) PARTITION BY LIST (day);
ALTER TABLE item ALTER COLUMN bytes SET STORAGE EXTERNAL; -- sealed bytes can't be made smaller

-- What a repeated post is known by, through the next day.
CREATE TABLE known (
    day        integer NOT NULL,
    id         bytea   NOT NULL,
    body_check bytea   NOT NULL,
    PRIMARY KEY (id, day)
) PARTITION BY LIST (day);
