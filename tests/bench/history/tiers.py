"""What takes the room of a history: tiers.py FILE prints bytes by tier and by table."""
import sqlite3
import sys

DAY_US = 86_400_000_000
TIERS = ("samples", "minutes", "hours")


def main(path):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    newest = database.execute("SELECT max(last_us) FROM chunk").fetchone()[0]
    rows = database.execute("""
        SELECT tier, count(*), sum(rows), sum(points), sum(length(data)), min(first_us) FROM chunk GROUP BY tier
        """).fetchall()
    total = 0
    for tier, chunks, count, points, size, oldest in rows:
        total += size
        print(f"{TIERS[tier]:<8} {size:>12,} bytes in {chunks:,} chunks; {count:,} rows, {size / count:.1f} B each; "
              f"{points:,} points, {size / points:.3f} B each; back to {(newest - oldest) / DAY_US:.1f} days")
    pages, free, page = (database.execute(f"PRAGMA {name}").fetchone()[0]
                         for name in ("page_count", "freelist_count", "page_size"))
    print(f"chunks   {total:>12,} bytes\nfile     {pages * page:>12,} bytes, of which {free * page:,} free")
    for name, size, unused in database.execute(
            "SELECT name, sum(pgsize), sum(unused) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8"):
        print(f"         {size:>12,} {name}, {unused:,} of it unused")
    print(f"the file for each point in it: {pages * page / sum(row[3] for row in rows):.3f} B")


if __name__ == "__main__":
    main(sys.argv[1])
