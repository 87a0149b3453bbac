"""What is said of single lines of a roster, by whoever decides the step the case is at. A line nobody speaks of goes as
it stands; agreeing to the case agrees to the lines as they stand then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Line, LineAnswer
from zhijia.matters.services import deciding, listed
from zhijia.matters.services.rosters import roster_of

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to one line: granted as asked, granted with less (fen), or refused with a reason."""

    line_id: UUID
    verdict: str
    granted: int | None = None
    reason: str = ""


def say(*, actor: Actor, at: datetime, step_id: int, said: Sequence[Said]) -> Case:
    """Answer these lines, at the step the case is at; the others stay as they stand. The case's amount is the sum of
    them. What is said again in the same words changes nothing. Raises Refusal with the line's number, and changes none;
    and for a case that has closed: its lines are told by facts.
    """
    actor, case, matter, step = deciding.at_work(actor, at, step_id)
    roster_of(matter)
    if case.closed_at is not None:
        raise Refusal("case_moved_on", _("Somebody has answered here meanwhile. Nothing was changed."))
    lines = {line.pk: line for line in case.lines.filter(pk__in=[one.line_id for one in said])}
    changed = [line for one in said if (line := lines.get(one.line_id)) is not None and _answered(line, one)]
    if not changed:
        return case
    Line.objects.bulk_update(changed, ["verdict", "granted", "reason"])
    LineAnswer.objects.bulk_create(
        LineAnswer(
            case=case,
            step=step,
            number=line.number,
            by_user_id=actor.user_id,
            verdict=line.verdict,
            granted=line.granted,
            reason=line.reason,
            at=at,
        )
        for line in changed
    )
    if matter.amount:
        case.amount = listed.sums(case).stands
        case.save(update_fields=["amount"])
    audit.record(
        actor=actor,
        at=at,
        action="case.lines",
        subject="case",
        subject_id=case.pk,
        place=audit.Place(case.union_id, case.county_id, case.person_id),
        detail={"lines": len(changed)},
    )
    return case


def _answered(line: Line, said: Said) -> bool:
    """Put the answer on the line; whether that changes anything."""
    before = (line.verdict, line.granted, line.reason)
    reason = said.reason.strip()[:LONGEST]
    if said.verdict == Line.Verdict.REFUSE:
        if not reason:
            raise _refused("line_reason", _("Line %(number)d: say why it is refused."), line)
        granted = None if line.asked is None else 0
    elif said.verdict == Line.Verdict.LESS:
        if line.asked is None or said.granted is None or not 0 < said.granted < line.asked:
            raise _refused(
                "line_less",
                _("Line %(number)d: write an amount above nothing and below what was asked."),
                line,
            )
        granted = said.granted
    elif said.verdict == Line.Verdict.GRANT:
        granted = line.asked
    else:
        raise _refused("line_verdict", _("Line %(number)d: choose one of the answers."), line)
    line.verdict, line.granted, line.reason = said.verdict, granted, reason
    return before != (line.verdict, line.granted, line.reason)


def _refused(code: str, words: object, line: Line) -> Refusal:
    return Refusal(code, words % {"number": line.number})  # type: ignore[operator]
