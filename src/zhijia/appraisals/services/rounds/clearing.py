"""Outside offices are asked about entries, and what they answer is written down with its paper (HON-04). No answer is
not a yes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_conditions
from zhijia.appraisals.models.rounds import Clearance, Nomination, Round
from zhijia.appraisals.services.rounds import answering, holding
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.catalogue import working_days
from zhijia.catalogue.round_rules import Clearance as Asks
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal

OPEN = (Round.State.OPEN, Round.State.JUDGING, Round.State.BATCH)
LINES = 5_000


def ask(*, actor: Actor, at: datetime, round_id: int) -> int:
    """Write down that the offices are asked about every entry that is in and was not asked about yet; how many."""
    held = holding.held(actor, round_id, *OPEN)
    day = days.business_day(at)
    rows = Nomination.objects.filter(round_id=round_id, state=Nomination.State.IN).order_by("number")
    asked = set(Clearance.objects.filter(nomination__round_id=round_id).values_list("nomination_id", "code"))
    made = [
        Clearance(
            nomination=row, union_id=row.union_id, county_id=row.county_id, code=one.code,
            asked_by=held.actor.user_id or 0, asked_at=at,
            due_on=working_days.add(day, held.value(one.days, day), held.union.division),
        )
        for row in rows
        for one in needed(held, row, day)
        if (row.pk, one.code) not in asked
    ]  # fmt: skip
    Clearance.objects.bulk_create(made, batch_size=LINES)
    if made:
        holding.told(held.actor, at, "clearance.ask", held.round, asked=len(made))
    return len(made)


def answer(
    *,
    actor: Actor,
    at: datetime,
    clearance_id: int,
    clear: bool,
    answered_on: date,
    words: str = "",
    paper: Any = None,
) -> Clearance:
    """Write an office's answer down, with the day on it and its paper; what stands against an entry in words. Said
    again it is over the first, until the batch is put together."""
    known = Clearance.objects.select_related("nomination").filter(pk=clearance_id).first()
    if known is None:
        raise NotForYou("no_such_clearance", _("Nobody was asked that."))
    held = holding.held(actor, known.nomination.round_id, *OPEN)
    holding.refuse_own(held.actor, known.nomination)
    row = Clearance.objects.select_for_update().get(pk=clearance_id)
    if not clear and not words.strip():
        raise Refusal("bar_says_why", _("Write what the office says stands against it."))
    if answered_on > days.business_day(at) or answered_on < days.business_day(row.asked_at):
        raise Refusal("answered_on", _("The office answered after it was asked, and not in the future."))
    if paper is None and row.file_id is None:
        raise Refusal("paper_missing", _("Add a photo or scan of the answer with its seal."))
    if paper is not None:
        row.file_id = answering.keep_file(held.actor, at, known.nomination, paper, paper.name or known.code)
    row.answer = Clearance.Answer.CLEAR if clear else Clearance.Answer.BAR
    row.words, row.answered_on, row.answered_by = names.seen(words)[:300], answered_on, held.actor.user_id
    row.save(update_fields=["answer", "words", "answered_on", "answered_by", "file_id"])
    holding.told_of(held.actor, at, "clearance.answer", known.nomination, code=row.code, answer=row.answer)
    return row


def needed(held: Held, row: Nomination, day: date) -> list[Asks]:
    """The offices asked about this entry: those without a rule, and those whose rule does not say no."""
    return [
        one
        for one in held.asked.clearances
        if not one.when
        or round_conditions.holds(held.asked, one.when, row.answers, day=day, division=held.union.division)
        is not False
    ]


def not_cleared(held: Held, rows: Iterable[Nomination], day: date) -> set[UUID]:
    """Of these entries those an office has not cleared: it was not asked, did not answer, or says no."""
    entries = list(rows)
    clear = set(
        Clearance.objects.filter(
            nomination_id__in=[row.pk for row in entries], answer=Clearance.Answer.CLEAR
        ).values_list("nomination_id", "code")
    )
    return {row.pk for row in entries for one in needed(held, row, day) if (row.pk, one.code) not in clear}
