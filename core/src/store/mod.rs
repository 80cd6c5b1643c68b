//! Disk: documents, keys, outbox, pages.
