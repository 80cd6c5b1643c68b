-- Version 1. Never edited once a phone has it: a change is a new step in schema.rs.
-- Blobs are opaque here. Notebook, tie and device ids are 32 bytes.

CREATE TABLE documents (
  id         INTEGER PRIMARY KEY,
  notebook   BLOB NOT NULL,
  name       TEXT NOT NULL,
  generation BLOB NOT NULL,
  actor      BLOB NOT NULL,
  snapshot   BLOB,
  UNIQUE (notebook, name)
) STRICT;

-- at = document * 2^32 + n: clustered by document in the order of writing. A rowid table keeps a change of up to
-- 900 bytes whole in a 1 KiB page; WITHOUT ROWID would spill everything above 210 bytes into a second page.
CREATE TABLE changes (
  at    INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- Small things of the other rooms, by room.
CREATE TABLE records (
  ns    TEXT NOT NULL,
  key   BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (ns, key)
) WITHOUT ROWID, STRICT;

-- What a screen shows, ready made. size: bytes of the value; what follows in it is padding (see records.rs).
CREATE TABLE pages (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE,
  size  INTEGER NOT NULL,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tie         BLOB NOT NULL,
  slot_token  BLOB NOT NULL,
  idempotency BLOB NOT NULL,
  kind        INTEGER NOT NULL,
  made_day    INTEGER NOT NULL,
  body        BLOB NOT NULL
) STRICT;

-- Items of the post box that were read once; aside: the bytes of one that did not open, if still kept.
CREATE TABLE inbox (
  item       BLOB PRIMARY KEY,
  day        INTEGER NOT NULL,
  aside_size INTEGER,
  aside      BLOB
) WITHOUT ROWID, STRICT;

-- The sealed messages of the present generation, as their readers get them.
CREATE TABLE sealed (
  id         INTEGER PRIMARY KEY,
  notebook   BLOB NOT NULL,
  generation BLOB NOT NULL,
  device     BLOB NOT NULL,
  sequence   INTEGER NOT NULL,
  bytes      BLOB NOT NULL,
  UNIQUE (notebook, generation, device, sequence)
) STRICT;
