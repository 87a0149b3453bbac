"""A watch that nobody could answer, or whose numbers are not there, is refused when definitions are read."""

from dataclasses import replace
from typing import Any

import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.watch_kinds import Owner, watch_problems
from zhijia.rules import judging
from zhijia.rules.reads import Hop, NotTraced, Reads, reads
from zhijia.rules.schema import declared
from zhijia.watches.subjects import LISTENING
from zhijia.watches.tests import world as ours

FIRST = "member.active"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"of": "member.nothing"}, ["rule: there is no rule member.nothing."]),
        (
            {"owner": Owner(permission="clue.nothing", seat="own")},
            ["owner: clue.nothing is not a declared permission."],
        ),
        ({"due": "watch.nothing"}, ["due: there is no parameter watch.nothing with a whole number."]),
        ({"again": "term.alarm_days"}, ["again: there is no parameter term.alarm_days with a whole number."]),
    ],
)
def test_what_a_watch_names_has_to_be_there(changed: dict[str, Any], said: list[str]) -> None:
    wrong = ours.watch("test_watch", **{"of": FIRST, **changed})
    library = replace(definitions.load(), watches={wrong.code: wrong})

    assert list(watch_problems(library)) == [f"watches/test_watch.yaml: {one}" for one in said]


def _read(text: str, subject: str = "person", purpose: str = "register") -> Reads:
    return reads(judging.checked(ours.rule("test.read", text, subject=subject, purpose=purpose)))


def test_what_a_rule_reads_is_told_hop_by_hop() -> None:
    told = _read("person.employer.coverages.exists(c, c.union.level == 6)")

    employer = Hop("registry_employer", "id", "employer_id")
    coverage = Hop("registry_coverage", "employer_id", "id")
    union = Hop("registry_union", "id", "union_id")
    assert {(one.table, one.path) for one in told.looked} == {
        ("registry_person", ()),
        ("registry_employer", (employer,)),
        ("registry_coverage", (employer, coverage)),
        ("registry_union", (employer, coverage, union)),
    }
    assert told.columns["registry_coverage"] == {"id", "employer_id", "valid_from", "valid_to", "union_id"}
    assert told.day


@pytest.mark.parametrize(
    ("text", "purpose", "tables", "numbers", "day"),
    [
        ('person.work_status == "04"', "register", {"registry_person"}, set(), False),
        ("person.card", "register", {"registry_person", "registry_card"}, set(), False),
        ('person.skill == "01"', "employment_facts", {"registry_person", "registry_consent"}, set(), True),
        ("person.born_on < today", "register", {"registry_person"}, set(), True),
        (
            'person.age >= param("quality.retired_men")',
            "register",
            {"registry_person", "registry_union"},
            {"quality.retired_men"},
            True,
        ),
    ],
)
def test_what_a_rule_reads(text: str, purpose: str, tables: set[str], numbers: set[str], day: bool) -> None:
    told = _read(text, purpose=purpose)

    assert (set(told.columns), set(told.parameters), told.day) == (tables, numbers, day)


def test_every_declared_field_and_relation_says_which_rows_it_looks_at() -> None:
    """Of people and unions: what cannot be traced would be missed, so it is refused."""
    heard, traced = set(), 0
    for name in ("person", "union"):
        entity = declared.entity(name)
        for part in (*entity.fields, *entity.relations):
            purpose = sorted({**entity.fields, **entity.relations}[part].purposes)[0]
            heard |= set(_read(f"has({name}.{part})", name, purpose).columns)
            traced += 1

    assert traced > 30
    assert heard - LISTENING == {"vault_secret"}


def test_sql_that_does_not_say_its_row_is_refused() -> None:
    person = declared.entity("person")
    blind = replace(person.fields["card"], sql="EXISTS (SELECT 1 FROM registry_card AS held)")
    schema = type(declared)()
    schema.declare(replace(person, fields={**person.fields, "card": blind}))
    rule = judging.checked(ours.rule("test.read", "person.card"))[0]
    select = replace(rule.root, field=blind)

    with pytest.raises(NotTraced, match="registry_card"):
        reads([replace(rule, root=select)], schema)
