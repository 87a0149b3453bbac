"""A case moves: steps open and close, and the case ends. Called inside a transaction that holds the case's row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import ports
from zhijia.catalogue.matter_rules import Matter, Told
from zhijia.catalogue.matter_steps import Step as StepRule
from zhijia.facts import services as facts
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.matters import clocks, flow, seats, signers
from zhijia.matters.models import Case, Signer, Step
from zhijia.matters.services import grounds, listed, noticing, reserving, settling, stops, telling
from zhijia.matters.services.stops import HERE


@dataclass(slots=True)
class _Way:
    """A case that moves: by whom and when, where its steps sit, and the number of the last one it came to."""

    actor: Actor
    at: datetime
    case: Case
    matter: Matter
    sits: seats.Seats
    last: int

    @property
    def ground(self) -> flow.Ground:
        return grounds.of(self.case, self.matter, self.sits)


def begin(*, actor: Actor, at: datetime, case: Case, matter: Matter, sits: seats.Seats) -> None:
    """Open the first step of a case that was just handed in, or end it where none is needed."""
    way = _Way(actor, at, case, matter, sits, last=0)
    _follow(way, flow.first(matter, way.ground))


def go_on(
    *, actor: Actor, at: datetime, case: Case, matter: Matter, been: Sequence[stops.Been] | None = None
) -> None:
    """Go where the definition says after the step that was just done; a case that has ended goes nowhere. `been` are
    its stops, where they were read already."""
    if case.closed_at is not None:
        return
    been = stops.of(case.pk) if been is None else been
    way = _way(actor, at, case, matter, been)
    _follow(way, flow.after(matter, stops.path(been), way.ground))


def send_back(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, to: str) -> None:
    """Open an earlier step again; approving there brings the case straight back. Raises ValueError (`flow.back`)."""
    been = stops.of(case.pk)
    goes = flow.back(matter, stops.path(been), to)
    close(step, Step.State.SENT_BACK, at)
    noticing.take_down(case, matter, at)
    _open(_way(actor, at, case, matter, been), matter.step(goes.code), back_to=step)


def look_again(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> None:
    """What a step waited for has come to nothing: whoever agreed last looks at the case anew, and it goes on from there
    as if for the first time."""
    been = stops.of(case.pk)
    agreed = [stop.code for stop in stops.path(been) if stop.ended == Step.State.DONE]
    close(step, Step.State.SENT_BACK, at)
    _open(_way(actor, at, case, matter, been), matter.step(agreed[-1]), back_to=None)


def path(case: Case) -> list[flow.Stop]:
    """The stops of a case so far, in their order."""
    return stops.path(stops.of(case.pk))


def due_of(rule: StepRule, state: str, *, since: datetime, division: str) -> clocks.Due:
    """By when a step that came up at `since` has to be done; on which day one opens that comes after closing."""
    if state == Step.State.LATER:
        return clocks.due(rule.after_months, since=since, division=division)
    limit = rule.notice.days if rule.notice else rule.serving.reply if rule.serving else rule.limit
    frozen = rule.is_frozen if rule.frozen else None
    return clocks.due(limit, since=since, division=division, frozen=frozen, ours=is_ours(rule))


def is_ours(rule: StepRule) -> bool:
    """Whether the days of a step are those in which a union has to act: a notice hangs and an answer is waited for."""
    return not (rule.notice or rule.serving)


def close(step: Step, state: Step.State, at: datetime) -> None:
    """The step has ended in this way."""
    step.state, step.closed_at = state, at
    rows.change(step, "state", "closed_at")


def end(*, actor: Actor, at: datetime, case: Case, matter: Matter, state: Case.State) -> None:
    """The case has ended where it is: its outcome is done, its facts are written, whoever asked is told, in one
    transaction."""
    case.steps.filter(state__in=HERE).update(state=Step.State.ENDED, closed_at=at)
    been = stops.of(case.pk) if state == Case.State.GRANTED else ()
    _end(_way(actor, at, case, matter, been), state)


def _end(way: _Way, state: Case.State) -> None:
    actor, at, case, matter = way.actor, way.at, way.case, way.matter
    case.state, case.closed_at, case.changed_at = state, at, at
    rows.change(case, "state", "closed_at", "changed_at")
    reserving.give_back(at=at, case=case, matter=matter)
    noticing.take_down(case, matter, at)
    if matter.roster is not None and state == Case.State.GRANTED:
        listed.grant_the_rest(case)
    for outcome in matter.outcomes:
        if outcome.on == state:
            ports.call(f"matters.outcome.{outcome.port}", actor=actor, at=at, case=case, given=outcome.given)
    if state == Case.State.GRANTED:
        _open_later(way)
    tell_facts(case, matter, state, at)
    audit.record(
        actor=actor, at=at, action=f"case.{state}", subject="case", subject_id=case.pk, place=place_of(case)
    )
    telling.ended(actor=actor, at=at, case=case, matter=matter)
    settling.after(actor=actor, at=at, part=case)


def tell_facts(case: Case, matter: Matter, happened: str, at: datetime) -> None:
    """Write that a case was opened, or how it ended, by matter; and the facts its definition declares for that."""
    told = facts.NewFact(
        kind=f"matter.{happened}",
        union_id=case.union_id,
        county_id=case.county_id,
        day=days.business_day(at),
        record="case",
        record_id=case.pk,
        amount=case.amount or 0,
        person_id=None if case.sealed else case.person_id,
        dimensions={"matter": case.code},
    )
    facts.record(
        [
            told,
            *(
                fact
                for more in matter.facts
                if more.on == happened
                for fact in (_of_lines(case, told, more) if more.lines else [_declared(told, more)])
            ),
        ]
    )


def _declared(told: facts.NewFact, more: Told) -> facts.NewFact:
    return replace(told, kind=more.kind, amount=told.amount if more.amount else 0, dimensions={})


def _of_lines(case: Case, told: facts.NewFact, more: Told) -> list[facts.NewFact]:
    """A fact of each line of the roster that was granted."""
    return [
        replace(
            told,
            kind=more.kind,
            record="case_line",
            record_id=line.pk,
            person_id=line.person_id,
            amount=(line.granted or 0) if more.amount else 0,
        )
        for line in listed.granted(case)
    ]


def pause(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, reason: str) -> None:
    """The case waits for whoever asks; its clock stands still meanwhile (CLK-03)."""
    step.state, step.paused_at, step.asked_for = Step.State.PAUSED, at, reason
    step.save(update_fields=["state", "paused_at", "asked_for"])
    case.state, case.changed_at = Case.State.PAUSED, at
    case.save(update_fields=["state", "changed_at"])
    audit.record(
        actor=actor,
        at=at,
        action="case.pause",
        subject="case",
        subject_id=case.pk,
        place=place_of(case),
        reason=reason,
    )
    telling.paused(actor=actor, at=at, case=case, matter=matter, step=step, reason=reason)


def flag(case: Case, word: str) -> None:
    """Mark the case with something an officer has to look at; once."""
    if word not in case.flags:
        case.flags = [*case.flags, word]
        case.save(update_fields=["flags"])


def place_of(case: Case) -> audit.Place:
    """Where the case stands on the trail."""
    return audit.Place(case.union_id, case.county_id, case.person_id)


def _way(actor: Actor, at: datetime, case: Case, matter: Matter, been: Sequence[stops.Been]) -> _Way:
    sits = seats.Seats(case, days.business_day(at))
    return _Way(actor, at, case, matter, sits, been[-1].number if been else 0)


def _follow(way: _Way, goes: flow.Next | flow.Granted) -> None:
    for code, _reason in goes.skipped:
        _write(way, way.matter.step(code), Step.State.SKIPPED)
    if isinstance(goes, flow.Granted):
        _end(way, Case.State.GRANTED)
    else:
        _open(way, way.matter.step(goes.code), back_to=None)


def _open(way: _Way, rule: StepRule, *, back_to: Step | None) -> None:
    actor, at, case, matter = way.actor, way.at, way.case, way.matter
    if rule.does == "wait":
        step = _write(way, rule, Step.State.WAITING)
        ports.call(f"matters.begins_waiting.{rule.waits}", actor=actor, at=at, case=case)
        telling.waits(actor=actor, at=at, case=case, matter=matter, step=step, seat=way.sits.of(rule))
        return
    step = _write(way, rule, Step.State.ACTIVE, back_to=back_to)
    if rule.signs == "all":
        _ask_everybody(step, rule, case, at)
    if case.changed_at != at:
        case.changed_at = at
        rows.change(case, "changed_at")
    telling.arrived(actor=actor, at=at, case=case, matter=matter, step=step, seat=way.sits.of(rule))
    if rule.notice is not None and not noticing.hang(at=at, case=case, matter=matter, step=step):
        reason = noticing.asks_first(matter, step)
        pause(actor=actor, at=at, case=case, matter=matter, step=step, reason=reason)
    if rule.does == "report":
        reason = str(_("Now it is your turn: %(step)s. Answer the questions there.") % {"step": rule.label})
        pause(actor=actor, at=at, case=case, matter=matter, step=step, reason=reason)


def open_waiting(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> bool:
    """Open a step that waited for its day after closing, at the union that sits there today; not while another step of
    the case is open."""
    if case.steps.filter(state__in=HERE).exists():
        return False
    rule = matter.step(step.code)
    seat = seats.Seats(case, days.business_day(at)).of(rule)
    due = due_of(rule, Step.State.ACTIVE, since=at, division=seat.division)
    step.state, step.opened_at, step.due_at, step.due_unknown = Step.State.ACTIVE, at, due.at, due.unknown
    step.seat_id, step.seat_county_id = seat.pk, seat.stands_in
    step.save(update_fields=["state", "opened_at", "due_at", "due_unknown", "seat_id", "seat_county_id"])
    if rule.signs == "all":
        _ask_everybody(step, rule, case, at)
    telling.moved(actor=actor, at=at, case=case, matter=matter, seat=seat)
    return True


def _ask_everybody(step: Step, rule: StepRule, case: Case, at: datetime) -> None:
    """Everybody who holds the right where the step is decided signs, but for whoever asks."""
    asks = signers.who_asks(case)
    Signer.objects.bulk_create(
        Signer(case=case, step=step, signer_id=user_id, place="with", asked_at=at)
        for user_id in signers.all_signers(rule.permission, step.seat_id)
        if user_id not in asks
    )


def _open_later(way: _Way) -> None:
    """Steps that fall due after the case has closed wait for their day."""
    for rule in way.matter.steps:
        if rule.after_months is not None:
            _write(way, rule, Step.State.LATER)


def _write(way: _Way, rule: StepRule, state: Step.State, *, back_to: Step | None = None) -> Step:
    seat, at = way.sits.of(rule), way.at
    due = (
        clocks.NEVER if state == Step.State.SKIPPED else due_of(rule, state, since=at, division=seat.division)
    )
    way.last += 1
    step = Step(
        case=way.case,
        number=way.last,
        code=rule.code,
        matter=way.matter.code,
        state=state,
        seat_id=seat.pk,
        seat_county_id=seat.stands_in,
        back_to=back_to,
        opened_at=at,
        due_at=due.at,
        due_unknown=due.unknown,
        closed_at=at if state == Step.State.SKIPPED else None,
    )
    return rows.insert(step)
