-- What the wake gateway keeps: who can be woken, by which hashes, and for whom something waits now. Days; for what waits a quarter of an hour.
CREATE TABLE gateway (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    vapid BLOB    NOT NULL                         -- the key that signs for push services (RFC 8292), PKCS #8
) STRICT;

CREATE TABLE phone (
    no          INTEGER PRIMARY KEY,               -- random
    manage      BLOB    NOT NULL UNIQUE,           -- hash of its manage token
    target      BLOB    NOT NULL,                  -- its push subscription
    last_day    INTEGER NOT NULL,
    waits_since INTEGER,                           -- empty again once the push service took it
    again       INTEGER NOT NULL DEFAULT 0         -- something came since the push under way began
) STRICT;
CREATE INDEX phone_that_waits ON phone (waits_since) WHERE waits_since IS NOT NULL;

CREATE TABLE address (
    hash  BLOB    PRIMARY KEY,
    phone INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX address_of_phone ON address (phone);
