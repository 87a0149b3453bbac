"""Whom a round is for, asked of the register: of one nomination when it is handed in, and of all that are in question
again, in one statement, when a batch is looked at, proposed and decided."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from zhijia.appraisals.models.rounds import Nomination
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.catalogue.text import Text
from zhijia.kernel import rows as statements
from zhijia.rules import finding, ir, judging, versions


def says_no(asked: Definition, row: Nomination, day: date) -> bool:
    """Whether the rule of eligibility says no of this nomination."""
    if not asked.eligibility:
        return False
    told = judging.asked_of(_rule(asked, day), _key(row), on=day)
    return told is not None and told.value is False


def not_any_more(asked: Definition, rows: Iterable[Nomination], day: date) -> set[UUID]:
    """Those of these who are `gone`, or whom the rule says no of by now. Two statements."""
    entries = list(rows)
    return gone(entries) | ruled_out(asked, entries, day)


def gone(rows: Iterable[Nomination]) -> set[UUID]:
    """Those of these who are a member of no union any more, or have died. One statement."""
    entries = list(rows)
    people = [row.person_id for row in entries if row.person_id]
    found = {key for (key,) in statements.run("SELECT appraisals_gone(%s::uuid[])", [people])}
    return {row.pk for row in entries if row.person_id in found}


def ruled_out(asked: Definition, rows: Iterable[Nomination], day: date) -> set[UUID]:
    """Those of these the rule says no of by now. One statement. Of whom it cannot tell (they are members of a union
    elsewhere) it says nothing."""
    entries = list(rows)
    if not asked.eligibility or not entries:
        return set()
    said = finding.verdicts(_rule(asked, day), [_key(row) for row in entries], day)
    return {row.pk for row in entries if said.get(_key(row)) is False}


def label(asked: Definition, day: date) -> Text | str:
    """What the rule of eligibility asks for, in words."""
    return versions.in_force(asked.eligibility, on=day).label


def _rule(asked: Definition, day: date) -> ir.Rule:
    rule, *_amount = judging.checked(versions.in_force(asked.eligibility, on=day))
    return rule


def _key(row: Nomination) -> Any:
    return row.person_id or int(row.subject.rpartition(":")[2])
