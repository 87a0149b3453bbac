"""What a new text of a rule would change for those it is about: counted, and some of them named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from zhijia.rules import ir
from zhijia.rules.finding import HERE, Asked, Place, Scope, rows_of
from zhijia.rules.sql.statement import Test
from zhijia.rules.sql.values import verdict

Way = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Change:
    """For how many the new rule holds, fails and cannot be said; for how many it holds and the one before did not, and
    the other way round. Without a rule before, everybody it holds for is new."""

    yes: int
    no: int
    unknown: int
    newly_in: int
    newly_out: int


def compare(new: ir.Rule, old: ir.Rule | None, *, scope: Scope, on: date, place: Place = HERE) -> Change:
    """The counts, in one statement. Raises ValueError unless both are conditions on one entity for one purpose."""
    asked, now, before = _both(new, old, scope, on, place)
    found = rows_of(asked.select(f"{now} AS now, {before} AS before, count(*)", end="GROUP BY 1, 2"), place)

    def counted(chosen: Callable[[bool | None, bool | None], bool]) -> int:
        return sum(many for is_now, was, many in found if chosen(is_now, was))

    return Change(
        yes=counted(lambda is_now, _was: is_now is True),
        no=counted(lambda is_now, _was: is_now is False),
        unknown=counted(lambda is_now, _was: is_now is None),
        newly_in=counted(lambda is_now, was: is_now is True and was is not True),
        newly_out=counted(lambda is_now, was: is_now is not True and was is True),
    )


def moved(
    new: ir.Rule, old: ir.Rule | None, *, way: Way, scope: Scope, on: date, rows: int, place: Place = HERE
) -> Sequence[Any]:
    """The keys of the first of those who would newly qualify, or would no longer."""
    asked, now, before = _both(new, old, scope, on, place)
    gains, loses = (now, before) if way == "in" else (before, now)
    key = asked.reading.subject.key
    limit = asked.reading.bindings.named("rows", rows)
    statement = asked.select(
        key,
        Test(f"({gains}) IS TRUE AND ({loses}) IS NOT TRUE"),
        end=f"ORDER BY {key}\nLIMIT {limit}",
    )
    return [row[0] for row in rows_of(statement, place)]


def _both(new: ir.Rule, old: ir.Rule | None, scope: Scope, on: date, place: Place) -> tuple[Asked, str, str]:
    if old is not None and (new.subject, new.purpose) != (old.subject, old.purpose):
        raise ValueError("Two texts of a rule are about one entity and one purpose.")
    asked = Asked.of(new, scope, on, place)
    now = verdict(asked.reading, new.root)
    return asked, now, verdict(asked.reading, old.root) if old else "false"
