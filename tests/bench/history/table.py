"""The table of tests/bench/history/run: table.py HISTORY JSON.

The daemon's samples are written once more, as plain rows of SQLite and as gzipped CSV, by cgmemctl's export of them.
"""
import csv
import gzip
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

CGMEMCTL = pathlib.Path(__file__).parents[3] / "artifacts/bin/cgmemctl"
NOT_OF_A_SAMPLE = ("time", "boot_id", "invocation_id", "samples", "working_set")


def exported(history):
    command = [CGMEMCTL, "export", "--format=csv", "--from", history]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def samples(history):
    """The header and the rows: the unit, the two times and the fields."""
    header, *rows = csv.reader(exported(history).splitlines())
    places = [place for place, name in enumerate(header) if name not in NOT_OF_A_SAMPLE]
    return [[row[place] for place in places] for row in [header, *rows]]


def plain_rows(directory, header, rows):
    """A row a sample with a column a field, which is how one would do it first; absent values are NULL."""
    path = os.path.join(directory, "plain.db")
    database = sqlite3.connect(path)
    database.execute(f"CREATE TABLE sample ({', '.join(json.dumps(name) for name in header)})")
    marks = ", ".join("?" * len(header))
    database.executemany(f"INSERT INTO sample VALUES ({marks})", ([number(cell) for cell in row] for row in rows))
    database.commit()
    database.execute(f"CREATE INDEX by_time ON sample (unit, realtime_usec)")
    database.commit()
    database.close()
    return os.path.getsize(path)


def number(cell):
    """SQLite's integers are signed: those beyond, the absent limits, are stored as the same bits."""
    if not cell:
        return None
    try:
        value = int(cell)
    except ValueError:
        return cell
    return value if value < 2 ** 63 else value - 2 ** 64


def line(name, size, count, what):
    print(f"{name:<44}{size:>12,}{size / count:>10.3f}  {what}")


def main(history, figures):
    figures = json.loads(pathlib.Path(figures).read_text())
    measured, peers = figures["history"], figures["peers"]
    full = next(tier for tier in measured["tiers"] if tier["tier"] == 0)
    points, intervals = full["points"], figures["seconds"] / 5
    header, *rows = samples(history)
    text = "".join(",".join(row) + "\n" for row in [header, *rows])
    with tempfile.TemporaryDirectory() as directory:
        plain = plain_rows(directory, header, rows)
    print(f"{full['rows']} samples of {full['points']} points; {len(rows)} rows exported")
    print(f"{'':<44}{'bytes':>12}{'B each':>10}")
    line("history.db, all of it", measured["file_bytes"], points, "a point of the full tier")
    used = (measured["pages"] - measured["free_pages"]) * measured["page_size"]
    line("  without free pages", used, points, "the same")
    for tier in measured["tiers"]:
        name = ("samples", "minutes", "hours")[tier["tier"]]
        line(f"  chunks of {name}", tier["bytes"], tier["points"], f"a point, {tier['points']:,} of them")
    line("plain rows in SQLite", plain, points, "a point of the full tier")
    line("CSV", len(text), points, "the same")
    line("CSV, gzip -9", len(gzip.compress(text.encode(), 9)), points, "the same")
    atop, pcp = peers["atop"], peers["pmlogger"]
    line("atop -w", atop["bytes"], atop["PRM "], "a process in an interval")
    line("", atop["bytes"], intervals, "an interval")
    line("pmlogger", pcp["bytes"], pcp[" value "], "a value")
    line("pmlogger, gzip -6 (it has its own packing later)", pcp["gzip_bytes"], pcp[" value "], "a value")
    for name, window in figures.get("writing", {}).items():
        pss, dirty = (window["memory"][key] / 1e6 for key in ("pss", "private_dirty"))
        print(f"history {name:<10} {window['cpu_us_per_second']:8.0f} us of CPU a second, "
              f"PSS {pss:.2f} MB, private dirty {dirty:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
