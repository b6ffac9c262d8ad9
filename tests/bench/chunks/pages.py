"""What SQLite adds to chunks, by page size: pages.py FILE, the sizes of the chunks, as `sizes blobs` prints them."""
import os
import sqlite3
import sys
import tempfile

# As src/Cgmemd.Linux/Sqlite has it.
SCHEMA = """
CREATE TABLE chunk (
    id INTEGER PRIMARY KEY, invocation INTEGER NOT NULL, tier INTEGER NOT NULL, final INTEGER NOT NULL,
    first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
    first_mono_us INTEGER NOT NULL, last_mono_us INTEGER NOT NULL,
    rows INTEGER NOT NULL, points INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX chunk_of_invocation ON chunk (invocation, tier, first_mono_us, last_mono_us, first_us, last_us);
CREATE INDEX chunk_by_age ON chunk (tier, last_us);
"""
HOUR_US = 3_600_000_000


def file_bytes(sizes, page_size, hours=48):
    """The file of so many hours of units whose chunks have these sizes."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "pages.db")
        database = sqlite3.connect(path)
        database.executescript(f"PRAGMA page_size = {page_size}; PRAGMA auto_vacuum = INCREMENTAL; {SCHEMA}")
        for hour in range(hours):
            mono = hour * HOUR_US
            real = 1_780_000_000_000_000 + mono
            database.executemany(
                "INSERT INTO chunk VALUES (NULL, ?, 0, 1, ?, ?, ?, ?, 720, 36000, randomblob(?))",
                [(number, real, real + HOUR_US, mono, mono + HOUR_US, size) for number, size in enumerate(sizes)])
        database.commit()
        database.close()
        return os.path.getsize(path) / hours


sizes = [int(line) for line in open(sys.argv[1], encoding="ascii")]
print(f"{len(sizes)} chunks of {sum(sizes)} bytes")
for page_size in (512, 1024, 2048, 4096, 8192):
    size = file_bytes(sizes, page_size)
    print(f"page size {page_size:5}: {size:9.0f} bytes, {size / sum(sizes):.3f} times the chunks")
