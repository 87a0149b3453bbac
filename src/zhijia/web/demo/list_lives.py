"""How the rows of the demo's lists went on since they were written down: through the states of their definition, one in
some to its end. What falls due of them was to be done already, or is soon."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from zhijia.catalogue import parameters
from zhijia.catalogue.register_parts import State
from zhijia.catalogue.register_rules import Register
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import lists, moving
from zhijia.registry.models import Union
from zhijia.web.demo.words import words

WRITTEN = timedelta(days=48)
"""How long ago the rows were written down."""
STEP = timedelta(days=11)
"""Between two steps of a row."""
STAYS, GOES_ON, ENDS = "stays", "goes on", "ends"
TURNS = (STAYS, GOES_ON, GOES_ON, ENDS, STAYS)
"""What becomes of one row after the other of a list at a union."""
Span = tuple[int, int]
LATE, SOON = (-24, -3), (4, 24)
"""Days from today between which something falls due."""
TIMES: tuple[Span | None, ...] = (None, SOON, None, LATE, None, SOON, None)


def due_values(
    register: Register,
    values: Mapping[str, Any],
    when: Span | None,
    *,
    day: date,
    division: str,
    chance: Random,
) -> dict[str, Any]:
    """The values with the first date that something falls due of moved, so that it does `when` from this day."""
    rule = next(
        (one for one in register.dues if values.get(one.since) and one.since in register.by_name), None
    )
    if rule is None or when is None:
        return dict(values)
    falls = day + timedelta(days=chance.randint(*when))
    months = int(parameters.value(rule.every, division=division, day=day)) if rule.every else 0
    return {**values, rule.since: _months_before(falls, months).isoformat()}


def when_due(register: Register, number: int, *, is_told: bool) -> Span | None:
    """When something falls due of this row of a list; none where chance has it, or the words that tell the row."""
    if is_told:
        return LATE if number == 1 else None
    return TIMES[(number + len(register.code)) % len(TIMES)]


def went_on(actor: Actor, union: Union, register: Register, at: datetime) -> None:
    """Each row of the list at this union, written just now, as far as it has come since."""
    ways = _ways(register)
    chance = Random(f"{register.code}-{union.code}-lives")  # noqa: S311  the demo's, to be repeated
    with acting(actor):
        kept = lists.ready(register.code, at=at)
        rows = list(Row.objects.filter(register_id=kept.id, union_id=union.pk, version=1).order_by("number"))
    begins = 0 if len(rows) >= len(TURNS) - 1 else chance.choice((0, 2))
    for place, row in enumerate(rows):
        turn = TURNS[(begins + place) % len(TURNS)]
        offered = [path for path in ways if turn != STAYS and path[-1].ends == (turn == ENDS)]
        if offered:
            _walk(actor, register, row, chance.choice(offered), at)


def _months_before(day: date, many: int) -> date:
    whole = day.year * 12 + day.month - 1 - many
    return date(whole // 12, whole % 12 + 1, min(day.day, 28) if many else day.day)


def _walk(actor: Actor, register: Register, row: Row, path: Sequence[State], at: datetime) -> None:
    """The row goes this way as far as whoever keeps the list may take it."""
    told: list[str] = words("lists")["reasons"]
    for place, state in enumerate(path):
        when = at - WRITTEN + STEP * (place + 1)
        try:
            with acting(actor):
                row = moving.move(
                    actor=actor, at=when, code=register.code, row_id=row.pk, version=row.version, state=state.code,
                    reason=told[(row.number + place) % len(told)] if state.reason else "",
                )  # fmt: skip
        except (NotForYou, Refusal):
            return


def _ways(register: Register) -> list[list[State]]:
    """The shortest way from the first state to each other that can be reached, as far as there was time."""
    first = register.stations[0]
    found: dict[str, list[State]] = {first.code: []}
    waiting = [first]
    while waiting:
        here = waiting.pop(0)
        for state in register.stations:
            if state.code not in found and not here.ends and (not state.before or here.code in state.before):
                found[state.code] = [*found[here.code], state]
                waiting.append(state)
    most = WRITTEN // STEP
    return [path for path in found.values() if 0 < len(path) <= most]
