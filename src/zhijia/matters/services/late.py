"""What time does to cases by itself: a late step is taken up by the union above or passes, a step after closing opens
on its day, a due day that could not be told is filled in.

What is due is found on `bulk`, over every union; each case is then worked in a transaction of its own that sees this
one case (`at_hand`) and holds its row. Killed in the middle, begun again or at once, nothing happens twice.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import actors
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.matters import clocks, seats
from zhijia.matters.at_hand import at_hand
from zhijia.matters.models import Case, Decision, Served, Step
from zhijia.matters.services import holding, moving, noticing, telling, versions
from zhijia.registry.models import Union

BATCH = 500
_log = logging.getLogger(__name__)
_DUE = """
SELECT id, case_id, due_at FROM matters_step
WHERE state IN ('active', 'later') AND late_told_at IS NULL AND due_at <= %(at)s
  AND (due_at, id) > (%(due)s, %(id)s)
ORDER BY due_at, id LIMIT %(most)s"""
_UNKNOWN = """
SELECT id, case_id, opened_at FROM matters_step
WHERE due_unknown AND state IN ('active', 'later') AND id > %(id)s ORDER BY id LIMIT %(most)s"""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

Turn = Callable[[Actor, datetime, Case, Matter, Step], bool]


def take_up(*, at: datetime) -> int:
    """Take up every step whose time is over, and open those whose day after closing has come; how many."""
    return _each(_DUE, at, _come_due)


def fill_in(*, at: datetime) -> int:
    """Tell the due day of steps that came up when the working days of then were not announced yet (CLK-02); how many
    are told now."""
    return _each(_UNKNOWN, at, _told_by_now)


def _each(statement: str, at: datetime, turn: Turn) -> int:
    """Do it to each step the statement finds, one transaction a case; how many it was done to."""
    actor = actors.system("matters-time")
    done, due, last = 0, _BEGINNING, 0
    while True:
        with whole() as cursor:
            cursor.execute(statement, {"at": at, "due": due, "id": last, "most": BATCH})
            found = cursor.fetchall()
        for step_id, case_id, _moment in found:
            try:
                done += _one(actor, at, case_id, step_id, turn)
            except Exception:  # the others' time has come too; the next run meets this one again
                _log.exception("a step could not be worked")
        if len(found) < BATCH:
            return done
        last, _case, due = found[-1]


def _one(actor: Actor, at: datetime, case_id: UUID, step_id: int, turn: Turn) -> bool:
    with at_hand(actor, case_id):
        step = holding.step(step_id)
        if step is None:
            return False
        return turn(actor, at, step.case, versions.definition(step.case.version), step)


def _come_due(actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> bool:
    """As long as it is still so, now that the case is held."""
    if step.due_at is None or step.due_at > at or step.late_told_at is not None:
        return False
    rule = matter.step(step.code)
    if step.state == Step.State.LATER:
        return moving.open_waiting(actor=actor, at=at, case=case, matter=matter, step=step)
    if step.state != Step.State.ACTIVE:
        return False
    if rule.notice is not None:
        return _take_down(actor, at, case, matter, step)
    unserved = rule.serving is not None and not Served.objects.filter(step=step).exists()
    if rule.late == "pass" and not unserved and _pass(actor, at, case, matter, step):
        return True
    step.late_told_at = at
    step.save(update_fields=["late_told_at"])
    moving.flag(case, "late")
    if rule.late != "none":
        _hand_up(actor, at, case, matter, step)
    return True


def _pass(actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> bool:
    """The step passes because nobody answered in time; not where what comes of it is refused: then it is handed up."""
    try:
        with transaction.atomic():
            case.decisions.create(step=step, verdict=Decision.Verdict.NOBODY, at=at)
            moving.flag(case, "passed_late")
            moving.close(step, Step.State.DONE, at)
            _trail(actor, at, "case.passed", case)
            moving.go_on(actor=actor, at=at, case=case, matter=matter)
    except Refusal:
        case.refresh_from_db()
        step.refresh_from_db()
        return False
    return True


def _take_down(actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> bool:
    """A notice has hung its days: the case goes on, unless an objection is being looked at or was found right. Then the
    union that sits there refuses the case or sends it back."""
    if noticing.is_held(case.pk):
        moving.flag(case, "notice_objection")
        return False
    moving.close(step, Step.State.DONE, at)
    _trail(actor, at, "case.notice_ended", case)
    moving.go_on(actor=actor, at=at, case=case, matter=matter)
    return True


def _hand_up(actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> None:
    """From now on the union above decides this step; `from_seat_id` keeps which one was late."""
    late = Union.objects.get(pk=step.seat_id)
    above = seats.above(late)
    if above.pk != late.pk:
        step.from_seat_id, step.seat_id, step.seat_county_id = late.pk, above.pk, above.stands_in
        step.taker_id = None
        step.save(update_fields=["from_seat_id", "seat_id", "seat_county_id", "taker_id"])
        telling.moved(actor=actor, at=at, case=case, matter=matter, seat=above)
    telling.late(actor=actor, at=at, case=case, matter=matter, step=step, late=late)
    _trail(actor, at, "case.late", case)


def _told_by_now(_actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> bool:
    if not step.due_unknown or step.state not in {Step.State.ACTIVE, Step.State.LATER}:
        return False
    division = Union.objects.values_list("division", flat=True).get(pk=step.seat_id)
    rule = matter.step(step.code)
    since = at if rule.notice is not None else step.opened_at
    due = moving.due_of(rule, step.state, since=since, division=division)
    if rule.notice is None and due.at is not None and step.paused_seconds:
        due = clocks.after_pause(due.at, paused=timedelta(seconds=step.paused_seconds), division=division)
    if due.unknown:
        return False
    step.due_at, step.due_unknown = due.at, False
    step.save(update_fields=["due_at", "due_unknown"])
    if rule.notice is not None:
        noticing.hang(at=at, case=case, matter=matter, step=step)
    return True


def _trail(actor: Actor, at: datetime, action: str, case: Case) -> None:
    audit.record(
        actor=actor, at=at, action=action, subject="case", subject_id=case.pk, place=moving.place_of(case)
    )
