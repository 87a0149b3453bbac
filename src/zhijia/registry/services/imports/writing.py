"""What was staged goes into the register: people, sealed values, memberships, transfers, facts, messages.

Each function is a few statements over the whole of `roster_stage`, on `bulk`, in the caller's transaction. Rows
are written in the order of their keys, so that two runs never wait for each other for good.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhijia.facts import services as facts
from zhijia.kernel.actors import Actor
from zhijia.notices import many as notices
from zhijia.registry import access
from zhijia.registry.models import RosterImport, Union
from zhijia.registry.rules import status_in
from zhijia.registry.services.imports import encoding, ground, newcomers, staging
from zhijia.registry.services.imports.encoding import CHANNEL
from zhijia.registry.services.imports.staging import COMPARED, Staged
from zhijia.vault import services as vault

BEFORE = "registry_import_change"
"""The table whose rows keep in the vault what an import overwrote there."""


@dataclass(frozen=True, slots=True)
class Run:
    """The import that writes: its row, its union, by whom, when, and the days its transfers are due on."""

    roster: RosterImport
    union: Union
    actor: Actor
    at: datetime
    day: date
    out_due: date


_SOURCES = """
(SELECT coalesce(jsonb_object_agg(field, jsonb_build_array('roster', %(day)s::text)), '{{}}')
   FROM unnest({fields}) AS field)
"""
_HOLD = """
SELECT FROM registry_person p
WHERE p.id IN (SELECT s.person_id FROM roster_stage s WHERE s.action <> 'same') ORDER BY p.id FOR UPDATE
"""
_STANDS_OTHERWISE = """
SELECT EXISTS (
  SELECT FROM roster_stage s JOIN registry_person p ON p.id = s.person_id
  LEFT JOIN registry_membership m ON m.person_id = s.person_id AND m.valid_to IS NULL
  WHERE NOT CASE s.action
    WHEN 'changed' THEN m.union_id IS NOT DISTINCT FROM %(union)s
    WHEN 'waiting' THEN m.union_id <> %(union)s AND m.union_id IS NOT NULL
    WHEN 'joins' THEN m.id IS NULL AND p.name = s.name
    ELSE true END)
"""
_BEFORE = f"""
INSERT INTO registry_import_change (id, import_id, person_id, before, union_id, county_id)
SELECT s.change_id, %(run)s, p.id,
  jsonb_build_object('fields', to_jsonb(s.changed), 'sources', p.sources, 'union_id', p.union_id,
    'county_id', p.county_id, 'name_initials', p.name_initials,
    'row', (SELECT jsonb_object_agg(field, to_jsonb(p) -> field)
      FROM unnest(ARRAY[{", ".join(f"'{field}'" for field in COMPARED)}]) AS field WHERE field = ANY (s.changed))),
  %(union)s, %(county)s
FROM roster_stage s JOIN registry_person p ON p.id = s.person_id
WHERE s.action IN ('changed', 'joins') ORDER BY p.id
"""  # noqa: S608
_CHANGE = f"""
UPDATE registry_person p SET {", ".join(f"{field} = coalesce(s.{field}, p.{field})" for field in COMPARED)},
  name_initials = CASE WHEN s.name IS NULL THEN p.name_initials ELSE s.name_initials END,
  sources = p.sources || {_SOURCES.format(fields="s.changed")}, changed_at = %(at)s
FROM roster_stage s
WHERE p.id = s.person_id AND s.action IN ('changed', 'joins')
"""  # noqa: S608
_TAKE = """
SELECT count(*) FILTER (WHERE taken.done), count(*) FROM (
  SELECT registry_take_person(s.person_id, %(union)s) AS done FROM (
    SELECT person_id FROM roster_stage WHERE action = 'joins' ORDER BY person_id) AS s
) AS taken
"""
_JOIN = """
INSERT INTO registry_membership (id, person_id, member_number, status, joined_on, valid_from, channel, import_id,
  union_id, county_id)
SELECT s.membership_id, s.person_id, s.member_number, %(status)s, coalesce(s.joined_on, %(day)s), %(day)s,
  %(channel)s, %(run)s, %(union)s, %(county)s
FROM roster_stage s WHERE s.action = 'joins' ORDER BY s.person_id
"""
_LOG = """
INSERT INTO registry_membership_change (membership_id, person_id, kind, reason, day, at, union_id, county_id)
SELECT s.membership_id, s.person_id, '01', 'roster', %(day)s, %(at)s, %(union)s, %(county)s
FROM roster_stage s WHERE s.action = 'joins' ORDER BY s.person_id
"""
_TRANSFERS = """
SELECT count(*) FILTER (WHERE asked.done) FROM (
  SELECT registry_request_transfer(s.transfer_id, s.person_id, %(union)s, s.name, 'roster', %(at)s, %(out_due)s,
    %(run)s) AS done
  FROM (SELECT * FROM roster_stage WHERE action = 'waiting' ORDER BY person_id) AS s
) AS asked
"""
_CHANGED_SECRETS = (
    "SELECT person_id, change_id FROM roster_stage WHERE sealed <> '' AND action IN ('changed', 'joins')"
)
_JOINED = """
SELECT s.membership_id AS record_id, s.person_id, p.gig_group AS "group", %(channel)s AS channel
FROM roster_stage s JOIN registry_person p ON p.id = s.person_id
WHERE s.action = 'joins' ORDER BY s.membership_id
"""
_TOLD = "SELECT person_id FROM roster_stage WHERE action = 'joins'"


class Overtaken(Exception):
    """Somebody of the roster joined or left a union while this was under way: start again."""


def write(cursor: Any, run: Run, staged: Staged) -> dict[str, int]:
    """Write everything that was staged; how many joined, changed, were the same, and how many transfers were asked.
    Raises Overtaken, and IntegrityError when another import was quicker with somebody: nothing is done then.

    First the people nobody knows, who are in nobody's way and take the longest; then those who are known, held from
    here on and no sooner, and none of them who stays as they are."""
    values = _values(run)
    new = newcomers.write(cursor, _encoded(run), staged.newcomers)
    cursor.execute(_HOLD)
    cursor.execute(_STANDS_OTHERWISE, values)
    if cursor.fetchone()[0]:
        raise Overtaken
    staging.compare(cursor)
    cursor.execute(_BEFORE, values)
    cursor.execute(_TAKE, values)
    if len(set(cursor.fetchone())) != 1:
        raise Overtaken
    cursor.execute(_CHANGE, values)
    _reseal(cursor, run, staged)
    cursor.execute(_JOIN, values)
    cursor.execute(_LOG, values)
    cursor.execute(_TRANSFERS, values)
    (asked,) = cursor.fetchone()
    joined = _tell(cursor, run, new)
    return {**staged.counts, "joined": joined, "asked": asked}


def _encoded(run: Run) -> encoding.Run:
    unions = ground.of_union(run.union, run.day)
    return encoding.Run(unions, run.day, run.at, str(run.roster.pk), run.roster.pk)


def _values(run: Run) -> dict[str, Any]:
    return {
        "run": run.roster.pk,
        "at": run.at,
        "day": run.day,
        "union": run.union.pk,
        "county": run.union.county_id,
        "status": status_in(holding_pool=run.union.holding_pool),
        "channel": CHANNEL,
        "out_due": run.out_due,
    }


def _reseal(cursor: Any, run: Run, staged: Staged) -> None:
    """Known people who hold another value: the old one is sealed for the change's row, the new one replaces it."""
    cursor.execute(_CHANGED_SECRETS)
    changes: dict[UUID, UUID] = dict(cursor.fetchall())
    for sealed in staged.to_seal.values():
        if not sealed.values:
            continue
        column = sealed.kind.partition(".")[2]
        rows = {person: changes[person] for person in sealed.values}
        vault.copy_many(sealed.kind, f"{BEFORE}.{column}", rows, at=run.at)
        vault.seal_many(
            sealed.kind,
            [
                vault.NewSecret(person, value, access.place_of(run.union, person))
                for person, value in sealed.values.items()
            ],
            at=run.at,
        )


def _tell(cursor: Any, run: Run, new: encoding.Made) -> int:
    """The facts of those who join again, and a message to everybody who joined: by whom, and that they may refuse."""
    joined = facts.record_each(
        facts.NewFact(
            kind="member.joined",
            union_id=run.union.pk,
            county_id=run.union.county_id,
            day=run.day,
            record="membership",
            record_id="",
            dimensions={"group": "", "channel": CHANNEL},
        ),
        _JOINED,
        {"channel": CHANNEL},
        run_id=run.roster.pk,
    )
    cursor.execute(_TOLD)
    notices.tell(
        at=run.at,
        kind="imported",
        values={"union": run.union.name},
        person_ids=[person for (person,) in cursor.fetchall()],
        link="registry:me",
        reason="membership",
    )
    newcomers.tell(cursor, _encoded(run), new, union=run.union.name)
    return joined + len(new.people)
