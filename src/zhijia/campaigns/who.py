"""Who or what a rule puts on a roster, as one statement of the database: never a list in memory.

A roster is made slice by slice of the organisation tree: each county-level union with all under it, and what stands at
the unions above those alone. The statement gives `key`, the `union_id` that works on it, and `person_id`. It runs on
`bulk`, and names its slice itself."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.catalogue.campaign_checks import naming
from zhijia.catalogue.campaign_rules import LISTED, Campaign
from zhijia.kernel.context import whole
from zhijia.registers.models import List
from zhijia.registers.services import versions as lists
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.rules import finding, ir, versions
from zhijia.rules.checker import check
from zhijia.rules.finding import Place, Scope
from zhijia.rules.in_force import type_of
from zhijia.rules.schema import declared
from zhijia.rules.sql.statement import Statement, Test

MEMBERS = "members"
"""The weight of a pot that is the members under a union."""
BULK = Place(using="bulk")
COLUMNS = {
    "person": ("person_id", "uuid"),
    "union": ("of_union_id", "int"),
    "employer": ("employer_id", "int"),
    "row": ("row_id", "uuid"),
    "household": ("row_id", "uuid"),
}
"""By what is on the roster, the column of an entry that holds its key, and its type."""
_UNDER = (
    "{union} IN (SELECT low.id FROM registry_union AS top JOIN registry_union AS low"
    " ON low.tree_left >= top.tree_left AND low.tree_left < top.tree_right WHERE top.id = %(slice)s)"
)
_AREAS = (2, 4, 6, 9)
"""So many digits of a division say its province, city, county, township."""
_UNIONS = """
SELECT u.id AS key, u.id AS union_id, NULL::uuid AS person_id FROM registry_union u
WHERE {inside} AND u.dissolved_on IS NULL AND u.level = ANY (%(levels)s)"""
_ROWS = """
SELECT r.id AS key, r.union_id, r.person_id FROM registers_row r
WHERE {inside} AND r.register_id = %(register)s AND r.ended_on IS NULL
  AND (%(states)s::text[] = '{{}}' OR r.state = ANY (%(states)s)){fields}"""
_ALONE = """
  AND NOT EXISTS (SELECT FROM registers_row m WHERE m.register_id = %(members)s AND m.ended_on IS NULL
    AND m.person_id = r.person_id AND m.values ->> %(household)s <> r.id::text)"""
"""Who gets things for a household belongs to no other: nobody is given them twice."""
_EMPLOYERS = """
SELECT found.key, coalesce(covering.union_id, near.id, %(slice)s) AS union_id, NULL::uuid AS person_id
FROM ({found}) AS found
LEFT JOIN LATERAL (
  SELECT c.union_id FROM registry_coverage c WHERE c.employer_id = found.key AND c.valid_from <= %(slice_day)s
    AND (c.valid_to IS NULL OR c.valid_to > %(slice_day)s) ORDER BY c.id LIMIT 1) AS covering ON true
LEFT JOIN LATERAL (
  SELECT t.id FROM registry_union t WHERE t.level = %(township)s AND t.dissolved_on IS NULL
    AND t.division = rpad(left(found.division, 9), 12, '0') AND {near} ORDER BY t.id LIMIT 1) AS near ON true
WHERE CASE WHEN covering.union_id IS NULL THEN {uncovered} ELSE {inside} END"""
_COUNTED = """
SELECT top.id, count(m.id) FROM registry_union top
LEFT JOIN registry_union low ON low.tree_left >= top.tree_left AND low.tree_left < top.tree_right
LEFT JOIN registry_membership m ON m.union_id = low.id AND m.valid_to IS NULL
WHERE top.id = ANY (%s) GROUP BY top.id"""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the tree: a union with all under it, or what stands at it `alone`."""

    union: Union
    alone: bool

    def inside(self, column: str) -> str:
        """SQL that this column names a union of the slice."""
        return f"{column} = %(slice)s" if self.alone else _UNDER.format(union=column)


def slices(union: Union) -> list[Slice]:
    """The parts in which the roster of a drive of this union is made, in the order of the unions' numbers."""
    if union.level >= Union.Level.COUNTY:
        return [Slice(union, alone=False)]
    parts, above = list[Slice](), [union]
    while above:
        one = above.pop()
        parts.append(Slice(one, alone=True))
        for child in tree.children(one.pk):
            if child.level < Union.Level.COUNTY:
                above.append(child)
            else:
                parts.append(Slice(child, alone=False))
    return sorted(parts, key=lambda part: part.union.pk)


def checked(text: str, subject: str, purpose: str) -> ir.Rule:
    """A text of a definition as a rule about its subject. Raises RuleRefused."""
    return check(text, schema=declared, subject=subject, purpose=purpose, parameters=type_of)


def rule_of(campaign: Campaign, *, on: date) -> ir.Rule | None:
    """The rule that makes the roster, where one does."""
    if campaign.who.rule:
        definition = versions.in_force(campaign.who.rule, on=on)
        return checked(definition.texts[0], definition.subject, definition.purpose)
    if campaign.who.text:
        return checked(campaign.who.text, campaign.subject, campaign.purpose)
    return None


def found(campaign: Campaign, part: Slice, *, on: date) -> Statement | None:
    """The statement of all that belong on the roster in this slice; none where nothing can."""
    params: dict[str, Any] = {"slice": part.union.pk, "slice_day": on}
    rule = rule_of(campaign, on=on)
    if campaign.subject in LISTED:
        return _rows(campaign, part, params)
    if rule is None:
        params["levels"] = _levels(campaign)
        return Statement(_UNIONS.format(inside=part.inside("u.id")), params)
    if campaign.subject == "employer":
        return _employers(rule, part, params, on)
    scope = Scope(union=part.union.pk)
    asked = finding.Asked.of(rule, scope, on, BULK)
    row, tests = asked.reading.subject, [asked.reading.holds(rule.root)]
    at = f"{row.alias}.id" if campaign.subject == "union" else f"{row.alias}.union_id"
    if part.alone:
        tests.append(Test(f"{at} = %(slice)s"))
    if campaign.subject == "union":
        tests.append(Test(f"{row.alias}.dissolved_on IS NULL"))
        if campaign.who.levels:
            params["levels"] = _levels(campaign)
            tests.append(Test(f"{row.alias}.level = ANY (%(levels)s)"))
    person = f"{row.key}" if campaign.subject == "person" else "NULL::uuid"
    statement = asked.select(f"{row.key} AS key, {at} AS union_id, {person} AS person_id", *tests)
    return Statement(statement.sql, {**statement.params, **params})


def belonging(campaign: Campaign) -> tuple[int | None, str]:
    """The list that says who belongs to which household, and its field that names the household; none where the roster
    is not of households, or the list was never begun."""
    kept = List.objects.select_related("version").filter(code=campaign.who.members or "").first()
    if kept is None or kept.version is None:
        return None, ""
    return kept.pk, naming(lists.definition(kept.version), campaign.who.of or "")


def weights(campaign: Campaign, unions: list[int], *, on: date) -> dict[int, int]:
    """What each of these unions weighs in the pot; unknown or below 0 is 0."""
    if campaign.pot is None or not unions:
        return {}
    if campaign.pot.weight == MEMBERS:
        return members(unions)
    rule = checked(campaign.pot.weight, "union", campaign.purpose)
    said = finding.verdicts(rule, unions, on, place=BULK)
    return {union: max(int(said.get(union) or 0), 0) for union in unions}


def _levels(campaign: Campaign) -> list[int]:
    names = {level.name.lower(): level.value for level in Union.Level}
    return [names[level] for level in campaign.who.levels] or sorted(names.values())


def _rows(campaign: Campaign, part: Slice, params: dict[str, Any]) -> Statement | None:
    kept = List.objects.filter(code=campaign.who.of or "").first()
    if kept is None:
        return None
    fields = ""
    for number, (name, values) in enumerate(sorted(campaign.who.where.items())):
        fields += f"\n  AND r.values -> %(field_{number})s = ANY (%(values_{number})s::jsonb[])"
        params |= {f"field_{number}": name, f"values_{number}": [json.dumps(value) for value in values]}
    params |= {"register": kept.pk, "states": list(campaign.who.states)}
    members, household = belonging(campaign)
    if members is not None:
        fields += _ALONE
        params |= {"members": members, "household": household}
    return Statement(_ROWS.format(inside=part.inside("r.union_id"), fields=fields), params)


def _employers(rule: ir.Rule, part: Slice, params: dict[str, Any], on: date) -> Statement:
    """Employers by whoever covers them, and those nobody covers by where they are: at the township's union, else at the
    slice's own."""
    asked = finding.Asked.of(rule, Scope(behind=0), on, BULK)
    row = asked.reading.subject
    statement = asked.select(f"{row.key} AS key, {row.alias}.division", asked.reading.holds(rule.root))
    division = part.union.division
    area = next((division[:n] for n in _AREAS if set(division[n:]) == {"0"}), division)
    params |= {"township": Union.Level.TOWNSHIP, "area": area}
    uncovered = "false"
    if not part.alone and part.union.level <= Union.Level.TOWNSHIP:
        uncovered = 'found.division COLLATE "C" ^@ %(area)s'
    text = _EMPLOYERS.format(
        found=statement.sql,
        near=part.inside("t.id"),
        inside=part.inside("covering.union_id"),
        uncovered=uncovered,
    )
    return Statement(text, {**statement.params, **params})


def members(unions: list[int]) -> dict[int, int]:
    """The members at and under each of these unions today, by their number alone."""
    with whole() as cursor:
        cursor.execute(_COUNTED, [unions])
        return dict(cursor.fetchall())
