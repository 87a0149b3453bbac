"""Loads the country's divisions from the file that comes with the package, by COPY."""

import csv
import hashlib
import lzma
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from zhijia.catalogue.models import Division, DivisionLoad
from zhijia.catalogue.places import LENGTH, NATION, WIDTHS, level, padded
from zhijia.kernel import days

FOLDER = Path(__file__).resolve().parent / "data"
COUNTRY = FOLDER / "divisions.csv.xz"
ABOLISHED = FOLDER / "abolished.csv"
LOCK = 2260
COLUMNS = "code, name, level, parent, valid_to, successor"

MERGE = """
    INSERT INTO catalogue_division (code, name, level, parent, valid_to, successor, valid_from)
    SELECT code, name, level, parent, valid_to, successor, %(today)s FROM division_new
    ON CONFLICT (code) DO UPDATE
    SET name = excluded.name, valid_to = excluded.valid_to, successor = excluded.successor
    WHERE (catalogue_division.name, catalogue_division.valid_to, catalogue_division.successor)
        IS DISTINCT FROM (excluded.name, excluded.valid_to, excluded.successor)
"""
END = """
    UPDATE catalogue_division SET valid_to = %(today)s
    WHERE valid_to IS NULL AND level <= %(levels)s
      AND (%(provinces)s::text[] = '{}' OR left(code, 2) = ANY (%(provinces)s::text[]))
      AND NOT EXISTS (SELECT FROM division_new WHERE division_new.code = catalogue_division.code)
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: lines read, rows new or changed, rows that ended; all 0 when the list was there."""

    read: int = 0
    changed: int = 0
    ended: int = 0


Row = tuple[str, str, int, str, date | None, str]


def load(*, levels: int = 5, provinces: Collection[str] = (), using: str = "bulk") -> Loaded:
    """Bring the divisions down to this level (5: villages), of these provinces ("34") or of all, into the
    table. The same list again changes nothing; of a newer one, names change, new ones begin today, and what
    it lacks ends today. Nothing is ever deleted: old records keep their codes (ORG-18)."""
    wanted = sorted(provinces)
    digest = hashlib.sha256(COUNTRY.read_bytes() + ABOLISHED.read_bytes()).hexdigest()
    scope = ",".join(wanted)
    whole_or_same = {"digest": digest, "levels__gte": levels, "provinces__in": ("", scope)}
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if DivisionLoad.objects.using(using).filter(**whole_or_same).exists():
            return Loaded()
        rows = _rows(levels, frozenset(wanted))
        if Division.objects.using(using).exists():
            result = _merge(cursor, rows, levels, wanted)
        else:
            read = _copy(cursor, "catalogue_division", rows)
            result = Loaded(read=read, changed=read)
        DivisionLoad.objects.using(using).create(
            digest=digest, levels=levels, provinces=scope, count=result.read, loaded_at=days.now()
        )
    return result


def _merge(cursor: CursorWrapper, rows: Iterator[Row], levels: int, provinces: list[str]) -> Loaded:
    cursor.execute(
        "CREATE TEMP TABLE division_new (LIKE catalogue_division INCLUDING DEFAULTS) ON COMMIT DROP"
    )
    read = _copy(cursor, "division_new", rows)
    values: dict[str, date | int | list[str]] = {
        "today": days.business_day(days.now()),
        "levels": levels,
        "provinces": provinces,
    }
    cursor.execute("ANALYZE division_new")
    cursor.execute(MERGE, values)
    changed = cursor.rowcount
    cursor.execute(END, values)
    return Loaded(read=read, changed=changed, ended=cursor.rowcount)


def _copy(cursor: CursorWrapper, table: str, rows: Iterator[Row]) -> int:
    count = 0
    with cursor.copy(f"COPY {table} ({COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _rows(levels: int, provinces: frozenset[str]) -> Iterator[Row]:
    """The lines wanted, abolished ones last, with level and parent, which follow from the code."""
    width = WIDTHS[levels - 1]
    with lzma.open(COUNTRY, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line[width:LENGTH].strip("0") or (provinces and line[:2] not in provinces):
                continue
            code, name = line[:LENGTH], line[LENGTH + 1 : -1]
            depth = level(code)
            yield code, name, depth, _parent(code, depth), None, ""
    with ABOLISHED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            code = row["code"]
            if (depth := level(code)) <= levels and (not provinces or code[:2] in provinces):
                ended = date.fromisoformat(row["valid_to"])
                yield code, row["name"], depth, _parent(code, depth), ended, row["successor"]


def _parent(code: str, depth: int) -> str:
    """The division above: the code cut to the next level that differs (a town of 东莞 lies in the city)."""
    shorter = (padded(code[:width]) for width in reversed(WIDTHS[: depth - 1]))
    return next((above for above in shorter if above != code), NATION)
