"""Taking rows along, set-based: over a county border with their union, or with their member to another union.

Everything here runs on `bulk` in the transaction of a reorganisation and names the unions it is about. Facts and trail
stay where they happened; what goes along is told in facts of its own, one for each member (ADR 0013).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from zhijia.catalogue import ports
from zhijia.facts import services as facts
from zhijia.kernel.tables import ProtectedTable
from zhijia.notices import many as notices
from zhijia.registry.models import CountyChange, Union

BATCH = 10_000
REASON = "reorganisation"
_STAY = ("facts_fact", "notices_message")
"""Tables whose rows stand where they happened, or at no union at all."""
_BY_PERSON = ("registry_card", "registry_consent", "vault_secret")
"""Large tables without an index by union: their rows are found by who was ever a member there."""
_TURNS = (
    "SELECT union_id, count(*) - 1 FROM registry_county_change WHERE union_id = ANY (%s) GROUP BY union_id"
)
_REHOME = """
UPDATE {table} SET county_id = %(county)s WHERE union_id = ANY (%(unions)s) AND county_id IS DISTINCT FROM %(county)s"""
_REHOME_BY_PERSON = """
UPDATE {table} t SET county_id = %(county)s
FROM (SELECT DISTINCT person_id FROM registry_membership WHERE union_id = ANY (%(unions)s)) AS m
WHERE t.person_id = m.person_id AND t.union_id = ANY (%(unions)s) AND t.county_id IS DISTINCT FROM %(county)s"""
_REHOME_OTHER = """
UPDATE {table} SET other_county_id = %(county)s
WHERE other_union_id = ANY (%(unions)s) AND other_county_id IS DISTINCT FROM %(county)s"""
_REHOME_MEMBERSHIPS = _REHOME.format(table="registry_membership") + " RETURNING id, valid_to IS NULL"
_OPEN = """
SELECT m.id, m.person_id, m.union_id, greatest(m.valid_from, %s), p.gig_group, m.channel
FROM registry_membership m JOIN registry_person p ON p.id = m.person_id WHERE m.id = ANY (%s)"""
_HOLD = """
SELECT FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
WHERE m.union_id = %(source)s {chosen} ORDER BY p.id FOR UPDATE"""
_CHOSEN = "AND p.employer_id = ANY (%(employers)s)"
_AMONG = "AND p.id = ANY (%(people)s)"
_FIND = """
CREATE TEMP TABLE reorganisation_moving ON COMMIT DROP AS
SELECT row_number() OVER () AS place, m.id AS old_id, gen_random_uuid() AS new_id, m.person_id,
  greatest(m.valid_from, %(day)s) AS day, m.status, p.gig_group, m.channel
FROM registry_membership m JOIN registry_person p ON p.id = m.person_id
WHERE m.union_id = %(source)s AND m.valid_to IS NULL {chosen}"""
_CLOSE = """
UPDATE registry_membership m SET valid_to = t.day, status = '40' FROM reorganisation_moving t WHERE m.id = t.old_id"""
_OPEN_ANEW = """
INSERT INTO registry_membership
  (id, person_id, member_number, status, joined_on, valid_from, channel, union_id, county_id)
SELECT t.new_id, m.person_id, m.member_number,
  CASE WHEN %(status)s <> '' THEN %(status)s
    WHEN t.status IN ('10', '11') THEN CASE WHEN u.holding_pool THEN '11' ELSE '10' END ELSE t.status END,
  m.joined_on, t.day, m.channel, u.id, u.county_id
FROM reorganisation_moving t JOIN registry_membership m ON m.id = t.old_id
JOIN registry_union u ON u.id = %(target)s"""
_LOG = """
INSERT INTO registry_membership_change (membership_id, person_id, kind, reason, day, at, union_id, county_id)
SELECT CASE side.kind WHEN '02' THEN t.old_id ELSE t.new_id END, t.person_id, side.kind, %(reason)s, t.day, %(at)s,
  u.id, u.county_id
FROM reorganisation_moving t CROSS JOIN (VALUES ('02', %(source)s), ('03', %(target)s)) AS side (kind, union_id)
JOIN registry_union u ON u.id = side.union_id"""
_PEOPLE = """
SELECT registry_move_people(array_agg(person_id), %(target)s, %(county)s) FROM reorganisation_moving
GROUP BY place / %(batch)s"""
_LEGS = """
UPDATE registry_transfer_leg l SET union_id = %(target)s, county_id = %(county)s
FROM reorganisation_moving t
WHERE l.person_id = t.person_id AND l.side = 'out' AND l.union_id = %(source)s AND l.state IN ('pending', 'approved')
  AND EXISTS (SELECT FROM registry_transfer_leg w WHERE w.transfer_id = l.transfer_id AND w.state = 'pending')"""
_ARRIVED = """
UPDATE registry_transfer_leg l SET state = 'cancelled', decided_at = %(at)s
FROM reorganisation_moving t
WHERE l.person_id = t.person_id AND l.transfer_id IN (
  SELECT i.transfer_id FROM registry_transfer_leg i JOIN registry_transfer_leg w ON w.transfer_id = i.transfer_id
  WHERE i.person_id = t.person_id AND i.side = 'in' AND i.union_id = %(target)s AND w.state = 'pending')"""
_MOVED = """
SELECT old_id, new_id, person_id, day, gig_group, channel FROM reorganisation_moving
WHERE place > %s AND place <= %s"""
_COVER = """
INSERT INTO registry_coverage (union_id, employer_id, valid_from)
SELECT %(target)s, c.employer_id, %(day)s FROM registry_coverage c
WHERE c.union_id = %(source)s AND c.valid_to IS NULL {employers} AND NOT EXISTS (
  SELECT FROM registry_coverage d WHERE d.union_id = %(target)s AND d.employer_id = c.employer_id
    AND d.valid_to IS NULL)"""
_UNCOVER = """
UPDATE registry_coverage c SET valid_to = greatest(c.valid_from, %(day)s)
WHERE c.union_id = %(source)s AND c.valid_to IS NULL {employers}"""
_EMPLOYERS = "AND c.employer_id = ANY (%(employers)s)"


@dataclass(frozen=True, slots=True)
class Border:
    """A county border some unions went over on a day, in a run that says so on each fact."""

    unions: tuple[int, ...]
    from_county: int
    to_county: int
    day: date
    run_id: UUID


def over(cursor: Any, border: Border) -> int:
    """Rewrite the county of every row of these unions, and tell it in facts; how many open memberships it was.

    Again, it finds nothing but what somebody wrote under the old county meanwhile.
    """
    values = {"county": border.to_county, "unions": list(border.unions)}
    for table in placed():
        if table != "registry_membership":
            rehome = _REHOME_BY_PERSON if table in _BY_PERSON else _REHOME
            cursor.execute(rehome.format(table=table), values)
    for table in _standing_elsewhere_too():
        cursor.execute(_REHOME_OTHER.format(table=table), values)
    ports.call_all("registry.over", cursor=cursor, unions=border.unions, county=border.to_county)
    cursor.execute(_REHOME_MEMBERSHIPS, values)
    members = [membership for membership, is_open in cursor.fetchall() if is_open]
    cursor.execute(_TURNS, [list(border.unions)])
    turns: dict[int, int] = dict(cursor.fetchall())
    for start in range(0, len(members), BATCH):
        cursor.execute(_OPEN, [border.day, members[start : start + BATCH]])
        rows = cursor.fetchall()
        _tell(
            border,
            [("member.county_out", border.from_county), ("member.county_in", border.to_county)],
            rows,
            turns,
        )
    return len(members)


def _standing_elsewhere_too() -> list[str]:
    """The tables whose rows stand at a second union."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "other_county_id" for field in model._meta.get_fields())
    )


def unions_over(border: Border) -> None:
    """Tell of the unions themselves that they stand in another county, and keep since when."""
    CountyChange.objects.using("bulk").bulk_create(
        CountyChange(
            union_id=union,
            from_county_id=border.from_county,
            to_county_id=border.to_county,
            day=border.day,
            reorganisation_id=border.run_id,
        )
        for union in border.unions
    )
    changes = CountyChange.objects.using("bulk").filter(union__in=border.unions)
    turns: dict[int, int] = {}
    for union_id in changes.values_list("union_id", flat=True):
        turns[union_id] = turns.get(union_id, -1) + 1
    standing = Union.objects.using("bulk").filter(pk__in=border.unions, dissolved_on__isnull=True)
    types = list(standing.order_by("pk").values_list("pk", "type"))
    for kind, county in (("union.county_out", border.from_county), ("union.county_in", border.to_county)):
        facts.record_many(
            (
                facts.NewFact(
                    kind=kind,
                    union_id=union_id,
                    county_id=county,
                    day=border.day,
                    record="union",
                    record_id=union_id,
                    dimensions={"type": of_type},
                    turn=turns[union_id],
                )
                for union_id, of_type in types
            ),
            run_id=border.run_id,
        )


def members(
    cursor: Any,
    *,
    source: Union,
    target: Union,
    day: date,
    at: datetime,
    run_id: UUID,
    employers: Sequence[int] | None = None,
    people: Sequence[UUID] | None = None,
    reason: str = REASON,
    status: str = "",
) -> int:
    """Close the open memberships of one union and open them in another, with all that follows a member, the facts and
    a message; how many it was. `employers` narrows it to the people who work there, `people` to these; `status` is the
    one they have there, where it is not that of any member who comes."""
    values: dict[str, Any] = {
        "source": source.pk,
        "target": target.pk,
        "county": target.county_id,
        "employers": list(employers or ()),
        "people": list(people or ()),
        "reason": reason,
        "status": status,
        "day": day,
        "at": at,
        "batch": BATCH,
    }
    chosen = (_CHOSEN if employers is not None else "") + (_AMONG if people is not None else "")
    cursor.execute("DROP TABLE IF EXISTS pg_temp.reorganisation_moving")
    cursor.execute(_HOLD.format(chosen=chosen), values)
    cursor.execute(_FIND.format(chosen=chosen), values)
    cursor.execute("ANALYZE reorganisation_moving")
    for statement in (_CLOSE, _OPEN_ANEW, _LOG, _PEOPLE, _ARRIVED, _LEGS):
        cursor.execute(statement, values)
    cursor.execute("SELECT count(*) FROM reorganisation_moving")
    many = int(cursor.fetchone()[0])
    for start in range(0, many, BATCH):
        cursor.execute(_MOVED, [start, start + BATCH])
        moved = cursor.fetchall()
        facts.record_many(_both_sides(moved, source, target), run_id=run_id)
        notices.tell(
            at=at,
            kind="membership_kept_above" if status else "membership_moved",
            values={"union": target.name, "from": source.name},
            person_ids=[person_id for _old, _new, person_id, *_more in moved],
            link="registry:my_data",
            reason=reason,
        )
    return many


def coverage(cursor: Any, *, source: int, target: int, employers: Sequence[int] | None, day: date) -> None:
    """The employers a union covered are covered by another from the day on."""
    values = {"source": source, "target": target, "day": day, "employers": list(employers or ())}
    which = _EMPLOYERS if employers is not None else ""
    cursor.execute(_COVER.format(employers=which), values)
    cursor.execute(_UNCOVER.format(employers=which), values)


def _both_sides(moved: Sequence[Any], source: Union, target: Union) -> Iterator[facts.NewFact]:
    """Two facts a member: out of one union, into the other."""
    for old_id, new_id, person_id, day, group, channel in moved:
        for kind, union, membership in (
            ("member.transferred_out", source, old_id),
            ("member.transferred_in", target, new_id),
        ):
            yield facts.NewFact(
                kind=kind,
                union_id=union.pk,
                county_id=union.county_id,
                day=day,
                person_id=person_id,
                record="membership",
                record_id=membership,
                dimensions={"group": group, "channel": channel},
            )


def _tell(
    border: Border, sides: Sequence[tuple[str, int]], rows: Sequence[Any], turns: dict[int, int]
) -> None:
    """One fact a member and side: the member's own membership stays, its county is another."""

    def told() -> Iterator[facts.NewFact]:
        for kind, county in sides:
            for membership, person, union_id, day, group, channel in rows:
                yield facts.NewFact(
                    kind=kind,
                    union_id=union_id,
                    county_id=county,
                    day=day,
                    person_id=person,
                    record="membership",
                    record_id=membership,
                    dimensions={"group": group, "channel": channel},
                    turn=turns[union_id],
                )

    facts.record_many(told(), run_id=border.run_id)


def placed() -> list[str]:
    """Every protected table whose rows stand where their union stands today."""
    models = (model for model in apps.get_models() if issubclass(model, ProtectedTable))
    return sorted(model._meta.db_table for model in models if model._meta.db_table not in _STAY)
