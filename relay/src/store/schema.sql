-- Only hashes of tokens; no slot beside an item; days, never times; every key random or a hash, so that no order tells a time.
CREATE TABLE box (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    key      BLOB    NOT NULL,                     -- seals cursors, salts item ids
    last_day INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox (
    no              INTEGER PRIMARY KEY,           -- random
    fetch           BLOB    NOT NULL UNIQUE,
    wake            BLOB    NOT NULL UNIQUE,
    made            BLOB    NOT NULL,
    last_day        INTEGER NOT NULL,
    gone_through    INTEGER NOT NULL DEFAULT 0,
    expired_through INTEGER NOT NULL DEFAULT 0,
    refused_at      INTEGER NOT NULL DEFAULT 0,
    wake_address    BLOB                           -- where the owner wants to be woken, if at all
) STRICT;

CREATE TABLE slot (
    hash  BLOB    PRIMARY KEY,
    inbox INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- no = day (16 bits), then 47 bits of the id: rows of one day lie in a shuffled order, and a day can be dropped as a range.
CREATE TABLE item (
    no         INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL,
    body_check BLOB    NOT NULL,
    inbox      INTEGER,                            -- NULL once acknowledged, until the day after
    number     INTEGER,
    bytes      BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX item_of_inbox ON item (inbox, number, id) WHERE inbox IS NOT NULL;
