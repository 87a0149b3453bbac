"""Finding registrations that may be one person, by what they share and never by all pairs.

One pass over the register in the order of ids, a chunk a transaction: registrations that are new or were changed
since get their blocks made anew and are compared with those of the same blocks that have theirs already. So a run can
be killed at any moment and started again, the next one does what changed since, and memory is that of a chunk. Numbers
and phones are opened in this process alone; what is kept are keyed digests, points and the words for them.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_ids
from zhijia.registry import identity_rules as rules
from zhijia.registry.identity_rules import Registration
from zhijia.vault import services as vault

CHUNK = 5_000
LOCK = 0x5A4A_0041
PURPOSE = "registry_blocks"
NUMBER, PHONE = "registry_person.id_number", "registry_person.phone"
KINDS = ("birth", "body", "tail", "phone")
SIGNALS = (
    *(
        "number_same",
        "number_near",
        "number_far",
        "documents_differ",
        "name_same",
        "birth_same",
        "birth_differs",
    ),
    *("phone_same", "phone_differs", "sex_differs", "work_same"),
)
_STALE = """
SELECT p.id FROM registry_person p LEFT JOIN registry_blocks b ON b.person_id = p.id AND b.person_id > %(after)s
WHERE p.id > %(after)s AND p.union_id IS NOT NULL AND p.name <> '' AND (b.person_id IS NULL OR b.seen <> p.changed_at)
ORDER BY p.id LIMIT %(chunk)s
"""
_PEOPLE = """
SELECT id, name, id_type, birth_date, sex, union_id, employer_id, coalesce(county_id, union_id), changed_at
FROM registry_person WHERE id = ANY (%s::uuid[]) AND union_id IS NOT NULL
"""
_KEEP = f"""
INSERT INTO registry_blocks (person_id, {", ".join(KINDS)}, seen)
SELECT * FROM unnest(%s::uuid[], {", ".join("%s::bigint[]" for _kind in KINDS)}, %s::timestamptz[])
ON CONFLICT (person_id) DO UPDATE SET ({", ".join(KINDS)}, seen)
  = ROW ({", ".join(f"excluded.{kind}" for kind in KINDS)}, excluded.seen)
"""  # noqa: S608 - the kinds above, nobody's input
_SHARING = "WITH chunk AS MATERIALIZED (SELECT unnest(%(people)s::uuid[]) AS id) " + " UNION ALL ".join(  # noqa: S608
    f"""
SELECT '{kind}', m.{kind}, m.person_id, o.sharing FROM chunk JOIN registry_blocks m ON m.person_id = chunk.id
CROSS JOIN LATERAL (SELECT array_agg(s.person_id) AS sharing FROM (
  SELECT b.person_id FROM registry_blocks b WHERE b.{kind} = m.{kind} LIMIT %(most)s) s) o
WHERE m.{kind} IS NOT NULL AND cardinality(o.sharing) > 1
"""  # noqa: S608
    for kind in KINDS
)
_CUT = {
    kind: f"""
INSERT INTO registry_cut_block (kind, key, registrations, counted_at)
SELECT '{kind}', b.{kind}, count(*), %s FROM registry_blocks b WHERE b.{kind} = ANY (%s::bigint[]) GROUP BY b.{kind}
ON CONFLICT (kind, key) DO UPDATE SET (registrations, counted_at) = ROW (excluded.registrations, excluded.counted_at)
"""  # noqa: S608
    for kind in KINDS
}
_NO_LONGER_CUT = "DELETE FROM registry_cut_block WHERE kind = %s AND key = ANY (%s::bigint[])"
_FORGET = """
DELETE FROM registry_pair WHERE state = 'open'
  AND (first_id = ANY (%(people)s::uuid[]) OR second_id = ANY (%(people)s::uuid[]))
  AND NOT EXISTS (SELECT FROM unnest(%(first)s::uuid[], %(second)s::uuid[]) AS found (first_id, second_id)
    WHERE found.first_id = registry_pair.first_id AND found.second_id = registry_pair.second_id)
"""
_PROPOSE = """
INSERT INTO registry_pair (id, first_id, second_id, union_id, county_id, other_union_id, other_county_id, reasons,
  score, state, found_at, reason)
SELECT n.id, n.first_id, n.second_id, n.union_id, n.county_id, n.other_union_id, n.other_county_id,
  string_to_array(n.reasons, ','), n.score, 'open', %s, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::int[], %s::int[], %s::int[], %s::text[], %s::int[])
  AS n (id, first_id, second_id, union_id, county_id, other_union_id, other_county_id, reasons, score)
ORDER BY n.first_id, n.second_id
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons, score = excluded.score
  WHERE registry_pair.state = 'open'
"""
_LEFTOVERS = """
DELETE FROM registry_blocks b WHERE NOT EXISTS (
  SELECT FROM registry_person p WHERE p.id = b.person_id AND p.union_id IS NOT NULL AND p.name <> '')
"""
Say = Callable[[str], None]


@dataclass(slots=True)
class Found:
    """What a run did: registrations made ready, pairs compared, pairs proposed to a human, seconds it took."""

    registrations: int = 0
    compared: int = 0
    proposed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Person:
    """A registration with where it stands and the moment of its last change."""

    said: Registration
    union_id: int
    county_id: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Limits:
    points: Mapping[str, int]
    threshold: int
    block: int


@dataclass(slots=True)
class _Chunk:
    """Registrations to be compared now, and everybody they are compared with."""

    people: dict[UUID, _Person]
    others: dict[UUID, _Person] = field(default_factory=dict)

    def at(self, person_id: UUID) -> _Person | None:
        return self.people.get(person_id) or self.others.get(person_id)


def run(*, actor: Actor, at: datetime, say: Say = lambda _text: None, chunk: int = CHUNK) -> Found:
    """Compare whoever is new or was changed since the last run. Raises Refusal while another run is under way.
    Nothing is decided here: a pair waits for a human."""
    began = time.monotonic()
    found, limits, after = Found(), _limits(days.business_day(at)), UUID(int=0)
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refusal("finding_already", _("Registrations are being compared at this moment already."))
    try:
        while ids := _next(after, chunk, limits, at, found):
            after = ids[-1]
            rate = found.registrations / max(time.monotonic() - began, 0.001)
            say(f"{found.registrations:,} registrations, {found.proposed:,} pairs, {rate:,.0f} a second")
        with whole() as cursor:
            cursor.execute(_LEFTOVERS)
    finally:
        with connections["bulk"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    found.seconds = time.monotonic() - began
    if found.registrations:
        audit.record(
            actor=actor,
            at=at,
            action="identities.find",
            subject="identities",
            subject_id=days.business_day(at).isoformat(),
            detail={
                "registrations": found.registrations,
                "compared": found.compared,
                "proposed": found.proposed,
            },
            using="bulk",
        )
    return found


def _limits(day: date) -> _Limits:
    points = {signal: int(parameters.value(f"identities.{signal}", day=day)) for signal in SIGNALS}
    return _Limits(
        points,
        int(parameters.value("identities.threshold", day=day)),
        int(parameters.value("identities.block", day=day)),
    )


def _next(after: UUID, chunk: int, limits: _Limits, at: datetime, found: Found) -> list[UUID]:
    """The next registrations behind `after`, done and committed; empty at the end."""
    with whole() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Everything here is looked up by a key. A table that has just grown has no statistics yet, and the planner
        # would read the whole of it for every registration.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(_STALE, {"after": after, "chunk": chunk})
        ids = [person_id for (person_id,) in cursor.fetchall()]
        if not ids:
            return []
        here = _Chunk(_people(cursor, ids))
        _keep(cursor, here)
        pairs = _sharing(cursor, here, limits.block, at) | _renumbered(here)
        here.others = _people(cursor, list({one for pair in pairs for one in pair} - here.people.keys()))
        proposed = _judge(here, pairs, limits)
        written = _propose(cursor, here, proposed, at)
    found.registrations += len(ids)
    found.compared += len(pairs)
    found.proposed += written
    return ids


def _people(cursor: Any, ids: Sequence[UUID]) -> dict[UUID, _Person]:
    if not ids:
        return {}
    cursor.execute(_PEOPLE, [_array(ids)])
    rows = cursor.fetchall()
    numbers, phones = vault.read_many_inside(NUMBER, ids), vault.read_many_inside(PHONE, ids)
    return {
        person: _Person(
            Registration(
                name, id_type, numbers.get(person, ""), birth, sex, phones.get(person, ""), union, employer
            ),
            union, county, changed,
        )
        for person, name, id_type, birth, sex, union, employer, county, changed in rows
    }  # fmt: skip


def _keep(cursor: Any, here: _Chunk) -> None:
    """Digest what each registration is grouped by, in one pass over all of them, and keep it."""
    made = [rules.blocks_of(person.said) for person in here.people.values()]
    columns: list[str] = []
    for kind in KINDS:
        texts = [getattr(blocks, kind) for blocks in made]
        digests = iter(vault.digest_many(PURPOSE, [f"{kind}|{text}" for text in texts if text is not None]))
        columns.append(_array("NULL" if text is None else next(digests) for text in texts))
    seen = _array(f'"{person.changed_at.isoformat()}"' for person in here.people.values())
    cursor.execute(_KEEP, [_array(here.people), *columns, seen])


def _sharing(cursor: Any, here: _Chunk, most: int, at: datetime) -> set[tuple[UUID, UUID]]:
    """The pairs that share a block. One with more than `most` registrations is not compared but counted."""
    cursor.execute(_SHARING, {"people": _array(here.people), "most": most + 1})
    blocks: dict[tuple[str, int], set[UUID]] = {}
    asking: dict[tuple[str, int], set[UUID]] = {}
    for kind, key, person, sharing in cursor.fetchall():
        blocks.setdefault((kind, key), set()).update(sharing)
        asking.setdefault((kind, key), set()).add(person)
    pairs: set[tuple[UUID, UUID]] = set()
    cut: dict[str, list[int]] = {kind: [] for kind in KINDS}
    compared: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for (kind, key), sharing in blocks.items():
        if len(sharing) > most:
            cut[kind].append(key)
            continue
        compared[kind].append(key)
        for one in asking[kind, key]:
            pairs |= {(min(one, other), max(one, other)) for other in sharing if one != other}
    for kind in KINDS:
        if cut[kind]:
            cursor.execute(_CUT[kind], [at, _array(cut[kind])])
        if compared[kind]:
            cursor.execute(_NO_LONGER_CUT, [kind, _array(compared[kind])])
    return pairs


def _renumbered(here: _Chunk) -> set[tuple[UUID, UUID]]:
    """Registrations under the 15 digits of somebody's 18, or the other way round, whatever the names are."""
    forms = {
        other: person_id
        for person_id, person in here.people.items()
        if (other := rules.other_form(person.said.number)) is not None
    }
    held = vault.find_many(NUMBER, list(forms))
    return {
        (min(forms[number], holder), max(forms[number], holder))
        for number, holder in held.items()
        if holder != forms[number]
    }


def _judge(
    here: _Chunk, pairs: set[tuple[UUID, UUID]], limits: _Limits
) -> list[tuple[UUID, UUID, list[str], int]]:
    """The pairs that are worth a human's look, with the words for why and the points."""
    judged = []
    for first, second in pairs:
        one, other = here.at(first), here.at(second)
        if one is None or other is None:
            continue
        said = rules.signals(one.said, other.said)
        points = rules.score(said, limits.points)
        if points >= limits.threshold:
            judged.append((first, second, rules.reasons(said, limits.points), points))
    return judged


def _propose(
    cursor: Any, here: _Chunk, proposed: Sequence[tuple[UUID, UUID, list[str], int]], at: datetime
) -> int:
    """Write the pairs and take back open ones of these registrations that no longer look alike; how many wait now.
    One that a human decided about stays decided."""
    first = [pair[0] for pair in proposed]
    second = [pair[1] for pair in proposed]
    cursor.execute(_FORGET, {"people": _array(here.people), "first": _array(first), "second": _array(second)})
    if not proposed:
        return 0
    sides = [(here.at(one), here.at(other)) for one, other, _reasons, _points in proposed]
    places = [
        (one.union_id, one.county_id, other.union_id, other.county_id)
        for one, other in sides
        if one is not None and other is not None
    ]
    cursor.execute(
        _PROPOSE,
        [
            at,
            new_ids(len(proposed)),
            first,
            second,
            *(list(column) for column in zip(*places, strict=True)),
            [",".join(pair[2]) for pair in proposed],
            [pair[3] for pair in proposed],
        ],
    )
    return int(cursor.rowcount)


def _array(values: Iterable[object]) -> str:
    """Ids and numbers as the text of an array: one word for the driver instead of thousands of values."""
    return "{" + ",".join(map(str, values)) + "}"
