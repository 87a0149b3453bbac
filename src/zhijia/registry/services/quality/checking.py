"""Looking for every rule in the people and unions of a county: set-based, a few unions at a time, each step a
transaction of its own. Killed it goes on where it was; twice it finds the same."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from zhijia.catalogue import parameters, quality
from zhijia.kernel import codes, days
from zhijia.kernel.context import whole
from zhijia.registry.models import QualityCheck, Union
from zhijia.registry.services.quality import conditions as sql
from zhijia.vault import services as vault

AT_UNIONS, OF_PEOPLE = "p.union_id = ANY (%(unions)s)", "p.id = ANY (%(people)s)"
IN_A_PIECE = 5_000
"""Numbers opened in memory at once."""
OVERLAP = timedelta(minutes=10)
"""A transaction that was running when we looked may have written what it dates earlier."""


def begin_checks() -> list[int]:
    """The counties that have unions: each is checked by a job of its own."""
    with whole():
        rows = Union.objects.using("bulk").filter(county__isnull=False)
        return sorted(set(rows.values_list("county_id", flat=True).distinct()))


def check_county(*, at: datetime, county_id: int) -> int:
    """Check every union of the county, from where an earlier check of this county stopped: how many unions.
    Each step is committed by itself."""
    checked = 0
    step = parameters.value("quality.unions_at_once", day=days.business_day(at))
    while done := _check_step(at, county_id, step):
        checked += done
    return checked


def check_changes(*, at: datetime, county_id: int) -> int:
    """Check the people of the county who changed, or whose membership did, since it was last looked at: how many.
    Nothing where the county has never been checked whole."""
    with whole() as cursor:
        check = QualityCheck.objects.using("bulk").select_for_update().filter(county_id=county_id).first()
        if check is None or check.seen_until is None:
            return 0
        since = check.seen_until - OVERLAP
        cursor.execute(
            "SELECT p.id, p.union_id FROM registry_person p WHERE p.county_id = %(county)s"
            " AND p.changed_at >= %(since)s AND p.changed_at < %(at)s"
            " UNION SELECT CASE WHEN p.county_id = c.county_id THEN p.id END, c.union_id"
            " FROM registry_membership_change c JOIN registry_person p ON p.id = c.person_id"
            " WHERE c.county_id = %(county)s AND c.at >= %(since)s AND c.at < %(at)s",
            {"county": county_id, "since": since, "at": at},
        )
        changed = cursor.fetchall()
        people = sorted({person_id for person_id, _union in changed if person_id})
        for start in range(0, len(people), IN_A_PIECE):
            _look(cursor, county_id, at, people=people[start : start + IN_A_PIECE])
        _tally(cursor, at, sorted({union_id for _person, union_id in changed if union_id}))
        check.seen_until = at
        check.save(using="bulk", update_fields=["seen_until"])
    return len(people)


def _check_step(at: datetime, county_id: int, most: int) -> int:
    with whole() as cursor:
        check, _fresh = (
            QualityCheck.objects.using("bulk").select_for_update().get_or_create(county_id=county_id)
        )
        if check.begun_at is None:
            check.begun_at, check.after = at, 0
        here = Union.objects.using("bulk").filter(county_id=county_id, pk__gt=check.after).order_by("pk")
        unions = list(here.values_list("pk", flat=True)[:most])
        if unions:
            _look(cursor, county_id, at, unions=unions)
            _tally(cursor, at, unions)
            check.after = unions[-1]
        else:
            check.seen_until, check.ended_at = check.begun_at, at
            check.begun_at, check.after = None, 0
        check.save(using="bulk")
    return len(unions)


def _look(
    cursor: Any,
    county_id: int,
    at: datetime,
    *,
    unions: Sequence[int] = (),
    people: Sequence[UUID] = (),
) -> None:
    """Find what is broken at these unions, or of these people; open what is new, clear what is mended."""
    today = days.business_day(at)
    values = {"county": county_id, "today": today, "at": at, "unions": list(unions), "people": list(people)}
    scope = OF_PEOPLE if people else AT_UNIONS
    rules = quality.all("person")
    in_sql = [rule for rule in rules if rule.check in sql.PERSON]
    cursor.execute(sql.FOUND)
    cursor.execute("DELETE FROM quality_found")
    broken = ", ".join(_condition(rule, sql.PERSON, values, today) for rule in in_sql)
    cursor.execute(sql.PEOPLE.format(rules=broken, scope=scope), values)
    _compare_with_numbers(cursor, rules, scope, values)
    person = "person_id IS NOT NULL"
    cursor.execute(sql.OPEN.format(key="person_id, rule", kind=person, kind_of_row=person), values)
    mine = scope.replace("p.union_id", "i.union_id").replace("p.id", "i.person_id")
    values["rules"] = [rule.code for rule in rules]
    cursor.execute(sql.CLOSE.format(same="person_id", scope=f"i.{person} AND {mine}"), values)
    if unions:
        _look_at_unions(cursor, values, today)


def _look_at_unions(cursor: Any, values: dict[str, Any], today: date) -> None:
    rules = quality.all("union")
    broken = ", ".join(_condition(rule, sql.UNION, values, today) for rule in rules)
    cursor.execute("DELETE FROM quality_found")
    cursor.execute(sql.UNIONS.format(rules=broken), values)
    union = "person_id IS NULL"
    cursor.execute(sql.OPEN.format(key="union_id, rule", kind=union, kind_of_row=union), values)
    values["rules"] = [rule.code for rule in rules]
    cursor.execute(
        sql.CLOSE.format(same="union_id", scope=f"i.{union} AND i.union_id = ANY (%(unions)s)"), values
    )


def _condition(
    rule: quality.QualityRule, conditions: Mapping[str, str], values: dict[str, Any], today: date
) -> str:
    """The rule as a row of (code, whether it is broken); its numbers go into `values`."""
    named = {}
    for name, key in rule.parameters.items():
        values[f"{rule.code}_{name}"] = parameters.value(key, day=today)
        named[name] = f"%({rule.code}_{name})s"
    values[f"{rule.code}_code"] = rule.code
    return f"(%({rule.code}_code)s, coalesce({conditions[rule.check].format(**named)}, false))"


def _compare_with_numbers(
    cursor: Any, rules: Sequence[quality.QualityRule], scope: str, values: dict[str, Any]
) -> None:
    """Birth date and sex beside those of the identity number, which is opened here and goes nowhere."""
    by_check = {rule.check: rule.code for rule in rules}
    if not {"birth_differs", "sex_differs"} & set(by_check):
        return
    cursor.execute(sql.NUMBERED.format(scope=scope), values)
    found = []
    rows = cursor.fetchall()
    for start in range(0, len(rows), IN_A_PIECE):
        piece = rows[start : start + IN_A_PIECE]
        numbers = vault.read_many_inside("registry_person.id_number", [row[0] for row in piece])
        for person_id, born, sex, union_id, county_id in piece:
            number = numbers.get(person_id)
            if number is None or codes.resident_id_error(number):
                continue
            parts = codes.resident_id_parts(number)
            for check, differs in (
                ("birth_differs", born is not None and born != parts.birth_date),
                ("sex_differs", sex in ("1", "2") and sex != parts.sex),
            ):
                if differs and check in by_check:
                    found.append((by_check[check], person_id, union_id, county_id))
    if found:
        with cursor.copy("COPY quality_found (rule, person_id, union_id, county_id) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)


def _tally(cursor: Any, at: datetime, unions: Sequence[int]) -> None:
    rules = quality.all("person")
    cursor.execute(
        sql.TALLY,
        {
            "unions": list(unions),
            "at": at,
            "rules": [rule.code for rule in rules],
            "weights": [rule.weight for rule in rules],
        },
    )
