"""The limit of a list: a table somebody made by hand for the same rows, with the same columns, indexes and policies;
filled by a bare COPY of lines that are ready, read by the same query."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connections

from zhijia.kernel import rows as statements
from zhijia.kernel.context import whole
from zhijia.kernel.ids import new_ids
from zhijia.kernel.policies import COUNTY, PERSON, UNION, Policy
from zhijia.registers import distances, words
from zhijia.registers.bench import ground
from zhijia.registers.distances import Point
from zhijia.registers.queries import around, scoping
from zhijia.registry.models import Union

_TABLE = """
CREATE TABLE bench_rooms (
  id uuid PRIMARY KEY, union_id integer NOT NULL, county_id integer NOT NULL, number bigint NOT NULL,
  name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('reading', 'sport', 'music', 'tea', 'health')),
  seats bigint NOT NULL CHECK (seats BETWEEN 1 AND 500), cost bigint CHECK (cost >= 0), opened date NOT NULL,
  address text NOT NULL CHECK (length(address) BETWEEN 1 AND 120), remark text CHECK (length(remark) <= 4000),
  latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
  state text COLLATE "C" NOT NULL, came_on date NOT NULL, ended_on date, person_id uuid, other_union_id integer,
  other_county_id integer, employer_id integer, version integer NOT NULL, words text[] NOT NULL,
  source text COLLATE "C" NOT NULL, source_id text COLLATE "C" NOT NULL, purpose text COLLATE "C" NOT NULL,
  made_at timestamptz NOT NULL, made_by bigint, changed_at timestamptz NOT NULL, changed_by bigint);
CREATE UNIQUE INDEX ON bench_rooms (number);
CREATE UNIQUE INDEX ON bench_rooms (source, source_id, purpose) WHERE source <> '';
CREATE UNIQUE INDEX ON bench_rooms (union_id, name) WHERE ended_on IS NULL;
CREATE INDEX ON bench_rooms (county_id, id);
CREATE INDEX ON bench_rooms (union_id, id);
CREATE INDEX ON bench_rooms (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ON bench_rooms (employer_id) WHERE employer_id IS NOT NULL;
CREATE INDEX ON bench_rooms (other_union_id) WHERE other_union_id IS NOT NULL;
CREATE INDEX ON bench_rooms (other_county_id) WHERE other_county_id IS NOT NULL;
CREATE INDEX ON bench_rooms (county_id, name, id);
CREATE INDEX ON bench_rooms (county_id, kind, id);
CREATE INDEX ON bench_rooms (county_id, seats, id);
CREATE INDEX ON bench_rooms (county_id, opened, id);
CREATE INDEX ON bench_rooms (county_id, latitude, longitude) WHERE ended_on IS NULL;
CREATE INDEX ON bench_rooms USING gin (words);
ALTER TABLE bench_rooms ENABLE ROW LEVEL SECURITY;
ALTER TABLE bench_rooms FORCE ROW LEVEL SECURITY;
"""
_SEEN = (
    COUNTY,
    UNION,
    PERSON,
    "other_county_id = ANY ((SELECT access_counties())::int[])",
    "other_union_id = ANY ((SELECT access_unions())::int[])",
)
_COLUMNS = (
    "id, number, purpose, name, kind, seats, cost, opened, address, remark, latitude, longitude, words,"
    " union_id, county_id, state, came_on, version, source, source_id, made_at, changed_at"
)
_READ = f"{_COLUMNS}, ended_on, person_id, other_union_id, other_county_id, employer_id, made_by, changed_by".replace(
    "words, ", ""
)
_PAGE = f"""
SELECT {_READ} FROM (SELECT r.id, r.seats FROM unnest(%(places)s::int[]) AS p (place) CROSS JOIN LATERAL (
    SELECT r.id, r.seats FROM bench_rooms r WHERE r.county_id = p.place AND r.ended_on IS NULL {{where}}
    ORDER BY {{order}} LIMIT {{most}}) r
  ORDER BY {{order}} LIMIT {{most}}) k JOIN bench_rooms r USING (id, seats)
ORDER BY {{order}}"""  # noqa: S608 - columns of ours
_ONE_PLACE = f"""
SELECT {_READ} FROM bench_rooms r WHERE r.county_id = (%(places)s::int[])[1] AND r.ended_on IS NULL {{where}}
ORDER BY {{order}} LIMIT {{most}}"""  # noqa: S608 - columns of ours
_NEAR = f"""
SELECT {_READ}, k.metres FROM (SELECT r.id, r.metres FROM unnest(%(places)s::int[]) AS p (place) CROSS JOIN LATERAL (
    SELECT r.id, registers_metres(%(latitude)s, %(longitude)s, r.latitude, r.longitude) AS metres
    FROM bench_rooms r WHERE r.county_id = p.place AND r.ended_on IS NULL
      AND r.latitude BETWEEN %(south)s AND %(north)s AND r.longitude BETWEEN %(west)s AND %(east)s
    ORDER BY metres, r.id LIMIT {around.MOST}) r
  ORDER BY r.metres, r.id LIMIT {around.MOST}) k JOIN bench_rooms r USING (id) ORDER BY k.metres, r.id"""  # noqa: S608 - of ours


def make() -> None:
    """The table, with its policies."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute(Policy("bench_rooms_read", "SELECT", _SEEN).sql("bench_rooms"))


def lines(begin: int, many: int, place: int, union: Union, at: datetime) -> str:
    """The rows of a county as COPY takes them, with the words they are found by: ready before the clock runs."""
    run, moment, said = str(uuid4()), at.isoformat(), []
    for row_id, number, row in zip(
        new_ids(many), range(begin, begin + many), ground.rows(begin, many, place), strict=True
    ):
        found = words.of([row["name"], row["address"], row["remark"]], [])
        cells = (
            row_id, number + 1, number, row["name"], row["kind"], row["seats"], row["cost"], row["opened"],
            row["address"], row["remark"], *row["point"], "{" + ",".join(found) + "}", union.pk, union.stands_in,
            "kept", moment[:10], 1, "import", run, moment, moment,
        )  # fmt: skip
        said.append("\t".join(map(str, cells)))
    return "\n".join(said) + "\n"


def copy(made: str) -> None:
    """The lines into the table, in a transaction, past row policies."""
    with whole() as cursor, cursor.copy(f"COPY bench_rooms ({_COLUMNS}) FROM STDIN") as into:
        into.write(made)


def page(
    actor: Any, *, kind: str = "", order: str = "r.id DESC", behind: Sequence[Any] = (), most: int = 51
) -> list[Any]:
    """A page of the table by the query somebody would write for it; the right to look is asked as for a list."""
    places = list(scoping.of(actor).places)
    where = ""
    values: dict[str, Any] = {"places": places}
    if kind:
        where, values["kind"] = " AND r.kind = %(kind)s", kind
    if behind:
        if len(behind) == 1:
            where, values["id"] = f"{where} AND r.id < %(id)s", behind[0]
        else:
            where += " AND (r.seats, r.id) > (%(seats)s, %(id)s)"
            values["seats"], values["id"] = behind
    asked = (_ONE_PLACE if len(places) == 1 else _PAGE).format(where=where, order=order, most=most)
    return statements.run(asked, values)


def near(actor: Any, point: Point, *, union_id: int, metres: int) -> list[Any]:
    """The nearest rows, by the query somebody would write for it: wider rings until enough are found."""
    places, found = list(scoping.of(actor, union_id).places), []
    for ring in range(around.RINGS):
        radius = metres * around.WIDER**ring
        asked = {"places": places, "latitude": point.latitude, "longitude": point.longitude}
        found = statements.run(_NEAR, asked | asdict(distances.window(point, radius)))
        found = [row for row in found if row[-1] <= radius]
        if len(found) == around.MOST:
            break
    return found
