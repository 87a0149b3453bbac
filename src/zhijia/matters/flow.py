"""Where a case goes next (ADR 0015). Pure: the definition, what the rules said and the way so far are handed in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_steps import Step


@dataclass(frozen=True, slots=True)
class Stop:
    """A step the case has been at: which, how it ended (none while it is there), and who signed it."""

    code: str
    ended: str = ""
    signed: frozenset[int] = frozenset()
    back_to: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """The step to open, those passed over on the way (with the reason), and who gets it straight back afterwards."""

    code: str
    skipped: tuple[tuple[str, str], ...] = ()
    back_to: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """No step is left: what was asked for is granted. The steps passed over on the way, with the reason."""

    skipped: tuple[tuple[str, str], ...] = ()


Holds = Callable[[str], bool | None]
"""What a rule of the definition says of this case; none when it cannot be told."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the way depends on besides the definition: the rules' verdicts, the amount (fen) and the thresholds by
    parameter, who alone could sign a step (none where several can), and whether a step that waits has anything to wait
    for."""

    holds: Holds
    amount: int | None
    threshold: Callable[[str], int]
    only_signer: Callable[[str], int | None]
    waits: Callable[[str], bool] = lambda _code: True


def first(matter: Matter, ground: Ground) -> Next | Granted:
    """The step a case begins with, or its end where no step applies."""
    return _from(matter, 0, ground, frozenset())


def after(matter: Matter, path: Sequence[Stop], ground: Ground) -> Next | Granted:
    """Where the case goes once its last stop was approved: straight back to whoever sent it here, else on."""
    last = path[-1]
    if last.back_to:
        return Next(last.back_to)
    return _from(matter, _place(matter, last.code) + 1, ground, _signed(path))


def back(matter: Matter, path: Sequence[Stop], to: str) -> Next:
    """Send the case back to an earlier step, which returns it straight to the sender. Raises ValueError for a step it
    has not been at or that does not lie before."""
    sender = path[-1].code
    been = {stop.code for stop in path if stop.ended == "done"}
    if to not in been or _place(matter, to) >= _place(matter, sender):
        raise ValueError(f"the case has not been at {to} before {sender}")
    return Next(to, back_to=sender)


def returnable(matter: Matter, path: Sequence[Stop]) -> tuple[Step, ...]:
    """The earlier steps a case may be sent back to from where it is, in their order."""
    been = {stop.code for stop in path if stop.ended == "done"}
    here = _place(matter, path[-1].code)
    return tuple(
        step
        for step in matter.steps[:here]
        if step.code in been and step.does in {"look", "decide", "report"}
    )


def together(states: Iterable[str]) -> str:
    """How a case of several items has ended, given where its parts are; empty while one of them is open still. What was
    taken back, or goes on with another request, neither makes it granted nor keeps it from being so."""
    all_of_them = set(states)
    if all_of_them & {"draft", "open", "paused"}:
        return ""
    said = all_of_them & {"granted", "refused"}
    return "withdrawn" if not said else said.pop() if len(said) == 1 else "partly"


def _from(matter: Matter, place: int, ground: Ground, signed: frozenset[int]) -> Next | Granted:
    skipped: list[tuple[str, str]] = []
    for step in matter.steps[place:]:
        if step.after_months is not None:
            break
        reason = _passed_over(step, ground, signed)
        if not reason:
            return Next(step.code, tuple(skipped))
        skipped.append((step.code, reason))
    return Granted(tuple(skipped))


def _passed_over(step: Step, ground: Ground, signed: frozenset[int]) -> str:
    """Why the step is not needed; empty when it is. A rule that cannot be told does not pass over anybody."""
    if step.does == "wait" and not ground.waits(step.code):
        return "nothing_to_wait_for"
    if step.when and ground.holds(step.when) is False:
        return "not_needed"
    if step.from_amount and (ground.amount or 0) < ground.threshold(step.from_amount):
        return "below_amount"
    if step.skip_same_person and step.does == "decide" and signed and ground.only_signer(step.code) in signed:
        return "same_person"
    return ""


def _signed(path: Sequence[Stop]) -> frozenset[int]:
    """Who signed a step that stands: one that was done and not opened anew since."""
    latest = {stop.code: stop for stop in path}
    return frozenset(user for stop in latest.values() if stop.ended == "done" for user in stop.signed)


def _place(matter: Matter, code: str) -> int:
    return next(place for place, step in enumerate(matter.steps) if step.code == code)
