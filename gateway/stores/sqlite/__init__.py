"""One SQLite file: one writer, read-only readers, WAL, synced at every commit."""
