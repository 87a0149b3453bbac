"""What a batch is paid: worked out when it is proposed, kept on its entries, and paid as it was decided, whatever the
parameters say by then."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.rules.rounds import pots, scores
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.ledger.services import accounts, holds
from zhijia.ledger.services.posting import Source

SOURCE = "round"
"""What money of the budget is kept for while a batch waits for its decision."""
MONTHS = 12


def places_of(held: Held, day: date) -> list[int]:
    """How many places each grade has."""
    return [held.value(grade.places, day) for grade in held.asked.grades]


def grades_of(held: Held, rows: Sequence[Nomination], day: date) -> list[str]:
    """The grade of each of these, best first, filled from the highest down; who finds no place has the last."""
    found = scores.graded([str(row.pk) for row in rows], places_of(held, day))
    last = len(held.asked.grades) - 1
    return [held.asked.grades[found.get(str(row.pk), last)].code for row in rows]


def amounts(held: Held, rows: Sequence[Nomination], day: date) -> list[int]:
    """What each of these, best first, would be paid at a time (fen): its share of the pot, what it asked for, or as its
    grade is."""
    pay = held.asked.gives.pay
    if pay is None:
        return [0] * len(rows)
    if pay.pot == "equal":
        return pots.equal(held.round.budget, len(rows))
    asked = [row.answers.get(pay.asks) or 0 for row in rows] if pay.asks else []
    if pay.pot == "asked":
        return pots.asked_for(held.round.budget, asked)
    if asked:
        return asked
    by_grade = {grade.code: held.value(grade.amount, day) for grade in held.asked.grades}
    return [by_grade[grade] for grade in grades_of(held, rows, day)]


def months_of(held: Held, day: date) -> int:
    """How often is paid."""
    pay = held.asked.gives.pay
    return held.value(pay.months, day) if pay and pay.months else 1


def cost(held: Held, rows: Sequence[Nomination], day: date) -> int:
    """What all of these, best first, would be paid in all their months (fen)."""
    return sum(amounts(held, rows, day)) * months_of(held, day)


def fix(held: Held, rows: Sequence[Nomination], day: date) -> None:
    """Write down at each of these, best first, its grade, what it is paid and how often: this is proposed, decided and
    paid."""
    months = months_of(held, day)
    for row, grade, fen in zip(rows, grades_of(held, rows, day), amounts(held, rows, day), strict=True):
        row.standing.grade, row.standing.monthly, row.standing.months = grade, fen, months if fen else 0


def fixed(rows: Sequence[Nomination]) -> int:
    """What these are paid in all their months, as it was written down (fen)."""
    return sum(row.standing.monthly * row.standing.months for row in rows)


def keep(held: Held, rows: Sequence[Nomination], at: datetime, day: date) -> int | None:
    """Keep in the budget what these are paid until the end of this year, where they are named this month; the number
    of the hold, none where nothing is paid."""
    left = MONTHS - day.month + 1
    fen = sum(row.standing.monthly * min(row.standing.months, left) for row in rows)
    pay = held.asked.gives.pay
    if pay is None or not fen:
        return None
    code = pay.spent_on if pay.spent_on.isdigit() else accounts.code_for(pay.spent_on, accounts.chart_on(day))
    turn = f"{held.round.pk}.{int(at.timestamp())}"
    hold = holds.reserve(
        at=at, union=held.union, day=day, code=code, fund=pay.fund, amount=fen, source=Source(SOURCE, turn)
    )
    return hold.pk if hold else None


def let_go(found: Round, at: datetime) -> None:
    """The money kept for the batch is free again."""
    if found.hold_id is not None:
        with connection.cursor() as cursor:
            holds.let_go(cursor, at=at, hold_ids=[found.hold_id])
