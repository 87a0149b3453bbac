"""Objections while a notice hangs, and appeals after a decision. What is upheld sends the batch back (HON-09)."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round, RoundObjection
from zhijia.appraisals.services.rounds import appealing, batching, holding, promises, showing, telling
from zhijia.catalogue.asking.answers import plain
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access

LONGEST = 1000
APPEAL_BY_ANOTHER = _("You had a part in this decision. A colleague answers the appeal.")
OWN_OBJECTION = _("You objected yourself. A colleague answers it.")


def object_to(
    *, actor: Actor, at: datetime, notice_id: int, nomination_id: UUID, words: str
) -> RoundObjection:
    """Anybody with an account objects to one entry of a notice while it hangs. Once at a time."""
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))
    notice = showing.hanging(at).filter(pk=notice_id).first()
    if notice is None or all(line["entry"] != str(nomination_id) for line in notice.lines):
        raise Refusal("notice_over", _("This notice does not hang any more. Objections ended with it."))
    return _write(actor, at, notice.round, nomination_id, words, appeal=False)


def appeal(*, actor: Actor, at: datetime, nomination_id: UUID, words: str) -> RoundObjection:
    """Whoever is nominated and was not chosen appeals, so many working days after the decision; where that is nobody,
    the union that nominated, but nobody who holds the round: it is their own decision."""
    row, found, asked = holding.entry(nomination_id)
    if row.person_id is None:
        actor = access.require(actor, holding.HOLD, row.union_id)
        if not appealing.is_for(actor, row):
            raise Refusal("appeal_of_own_decision", _("You hold this round. Appeals are for other unions."))
    elif actor.user_id is None or actor.person_id != row.person_id:
        raise NotForYou("no_such_nomination", _("There is no such nomination."))
    if not asked.appeal:
        raise Refusal("no_appeal", _("Decisions of this round cannot be appealed against."))
    if found.state != Round.State.DECIDED or row.state != Nomination.State.IN or found.decided_at is None:
        raise Refusal("appeal_not_now", _("One can appeal between the decision and the names."))
    if appealing.is_chosen(row):
        raise Refusal("appeal_of_the_chosen", _("This one was chosen. There is nothing to appeal against."))
    if days.business_day(at) > appealing.last_day(found):
        raise Refusal("appeal_over", _("The days for an appeal are over."))
    if appealing.is_made(row, found):
        said = _(
            "This decision was appealed against already. Each can be once: the answer stands at the entry."
        )
        raise Refusal("appealed_already", said)
    return _write(actor, at, found, nomination_id, words, appeal=True)


def answer(*, actor: Actor, at: datetime, objection_id: int, upheld: bool, words: str) -> RoundObjection:
    """A colleague answers; an appeal somebody who had no part in the decision. An objection that is upheld strikes the
    entry, and whichever is upheld sends a batch back, to be put together anew."""
    row = RoundObjection.objects.select_for_update(of=("self",)).filter(pk=objection_id).first()
    if row is None:
        raise NotForYou("no_such_objection", _("There is no such objection."))
    entry = Nomination.objects.select_for_update(of=("self",)).get(pk=row.nomination_id)
    held = holding.held(actor, entry.round_id)
    found = held.round
    if row.state != RoundObjection.State.OPEN:
        raise Refusal("objection_answered", _("This has been answered already."))
    holding.refuse_own(held.actor, entry)
    if held.actor.user_id == row.user_id:
        raise Refusal("own_objection", OWN_OBJECTION)
    if row.appeal and held.actor.user_id in {found.decided_by, found.proposed_by}:
        raise Refusal("appeal_by_another", APPEAL_BY_ANOTHER)
    if not words.strip():
        raise Refusal("reason_missing", _("Write what was found. Whoever objected reads it."))
    row.state = RoundObjection.State.UPHELD if upheld else RoundObjection.State.DISMISSED
    row.answer, row.answered_by, row.answered_at = plain(words)[:LONGEST], held.actor.user_id, at
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    holding.told_of(held.actor, at, "nomination.answer", entry, upheld=upheld, appeal=row.appeal)
    telling.answered(held.actor, at, row, entry, found)
    if upheld:
        if found.state in {Round.State.PROPOSED, Round.State.DECIDED}:
            batching.to_batch(held, at, str(_("An objection was upheld.")))
        if not row.appeal:
            _strike(held, at, entry, found)
    return row


def _strike(held: holding.Held, at: datetime, entry: Nomination, found: Round) -> None:
    entry.state, entry.at_union_id = Nomination.State.STRUCK, None
    entry.reason = str(_("An objection was upheld."))
    with promises.kept():
        entry.save(update_fields=["state", "at_union_id", "reason"])
    showing.take_down_one(entry, at)
    holding.told_of(held.actor, at, "nomination.strike", entry)
    telling.person(held.actor, at, entry, found, "round_struck")


def _write(
    actor: Actor,
    at: datetime,
    found: Round,
    nomination_id: UUID,
    words: str,
    *,
    appeal: bool,
) -> RoundObjection:
    words = plain(words)
    if not words or len(words) > LONGEST:
        raise Refusal("objection_words", _("Write why, in at most %(most)s characters.") % {"most": LONGEST})
    union_id, county_id = _place(nomination_id)
    with promises.kept():
        made = RoundObjection.objects.create(
            nomination_id=nomination_id, union_id=union_id, county_id=county_id, appeal=appeal,
            user_id=actor.user_id or 0, words=words, at=at,
        )  # fmt: skip
    holding.told(actor, at, "nomination.object", found, appeal=appeal)
    telling.officers(actor, at, nomination_id, found, "round_objected")
    return made


def _place(nomination_id: UUID) -> tuple[int, int]:
    """Where an entry stands that whoever objects may not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT union_id, county_id FROM appraisals_entry_stands(%s)", [nomination_id])
        union_id, county_id = cursor.fetchone()
        return union_id, county_id
