"""A poll is made from a definition, gets its candidates, and opens."""

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import envelopes, versions
from zhijia.questionnaires.models import Candidate, Poll
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.services import promises, telling
from zhijia.registry import access, term_rules, tree
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.services.terms import counts
from zhijia.registry.services.terms.elections import VOTING
from zhijia.registry.services.unions import check_stands

HOLD = "poll.hold"
MOST_DAYS = 366
FIRST_SEEDS = 16


def make(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    union: Union,
    code: str,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    seats: int = 0,
    on_paper: bool = False,
    again_of: Poll | None = None,
) -> Poll:
    """A draft of a poll at a union, by the definition in force. The same key again answers the poll there is."""
    actor = access.require(actor, HOLD, union.pk)
    known = Poll.objects.filter(once=once, union_id=union.pk).first()
    if known is not None:
        return known
    check_stands(union)
    version = versions.in_force(code, at=at, day=days.business_day(at))
    asked = versions.definition(version)
    title = names.seen(title)
    if closes_at <= opens_at or closes_at <= at or (closes_at - opens_at).days > MOST_DAYS:
        raise Refusal("poll_times", _("It closes after it opens, within a year, and not in the past."))
    if asked.decides and asked.candidates and seats < 1:
        raise Refusal("seats_missing", _("Say how many seats are to be filled."))
    poll = Poll.objects.create(
        union_id=union.pk, county_id=union.stands_in, once=once, version=version, title=title or str(asked.label),
        again_of=again_of, opens_at=opens_at, closes_at=closes_at, seats=seats if asked.decides else 0,
        on_paper=on_paper and asked.sort == "ballot", seed=secrets.token_hex(FIRST_SEEDS), made_by=actor.user_id,
        made_at=at,
    )  # fmt: skip
    told(actor, at, "poll.make", poll, code=code)
    return poll


def add_candidate(
    *,
    actor: Actor,
    at: datetime,
    poll_id: int,
    name: str = "",
    about: str = "",
    number: str = "",
    post: str = "",
) -> Candidate:
    """Somebody stands: in a ballot a member by their member number, who may stand (MEM-09); in a public vote whatever
    people vote for, by its name."""
    poll, asked, actor = drafted(actor, poll_id)
    if asked.candidates is None:
        raise Refusal("no_candidates", _("Nobody stands here: it asks other questions."))
    person = _standing(poll, number) if asked.sort == "ballot" else None
    called = person.name if person else names.seen(name)
    if not called:
        raise Refusal("candidate_name", _("Write who or what stands."))
    last = poll.candidates.aggregate(last=Max("number"))["last"] or 0
    with promises.kept():
        row = Candidate.objects.create(
            poll=poll, union_id=poll.union_id, county_id=poll.county_id, number=last + 1, name=called,
            about=names.seen(about), person_id=person.pk if person else None, post=post,
        )  # fmt: skip
    told(actor, at, "poll.candidate", poll, number=row.number)
    return row


def take_out(*, actor: Actor, at: datetime, poll_id: int, number: int) -> None:
    """Somebody does not stand any more. Those behind them move up."""
    poll, _asked, actor = drafted(actor, poll_id)
    poll.candidates.filter(number=number).delete()
    for place, row in enumerate(poll.candidates.order_by("number"), start=1):
        if row.number != place:
            row.number = place
            row.save(update_fields=["number"])
    told(actor, at, "poll.candidate_out", poll, number=number)


def open_poll(*, actor: Actor, at: datetime, poll_id: int) -> Poll:
    """Open it, once somebody is on the roll and the rules let it stand (ORG-09, ORG-10)."""
    poll, asked, actor = drafted(actor, poll_id)
    union = Union.objects.get(pk=poll.union_id)
    if poll.closes_at <= at:
        raise Refusal("poll_times", _("It closes after it opens, within a year, and not in the past."))
    if asked.asks != "accounts" and not poll.entitled:
        raise Refusal("roll_first", _("Write down first who is asked: make the roll."))
    if asked.candidates:
        _refuse_unfit(poll, asked, union, days.business_day(at))
    box.lay_down(poll.pk, envelopes.new_secret(poll.pk))
    poll.state, poll.opened_by = Poll.State.OPEN, actor.user_id
    poll.opens_at = max(poll.opens_at, at)
    poll.save(update_fields=["state", "opened_by", "opens_at"])
    told(actor, at, "poll.open", poll, entitled=poll.entitled)
    if poll.entitled:
        app.configure_task(telling.JOB, queue="default", allow_unknown=True).defer(poll_id=poll.pk)
    return poll


def stop(*, actor: Actor, at: datetime, poll_id: int, reason: str) -> Poll:
    """Nothing comes of it: what is in the box is destroyed uncounted."""
    poll = locked(poll_id)
    actor = access.require(actor, HOLD, poll.union_id)
    if poll.state not in {Poll.State.DRAFT, Poll.State.OPEN}:
        raise Refusal("poll_over", _("It is over already."))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why. Those who took part read it."))
    poll.state = Poll.State.STOPPED
    poll.result = {"stopped": names.seen(reason)}
    poll.save(update_fields=["state", "result"])
    box.burn(poll.pk)
    told(actor, at, "poll.stop", poll)
    return poll


def locked(poll_id: int) -> Poll:
    """The poll, held until the transaction ends."""
    poll = Poll.objects.select_for_update(of=("self",)).select_related("version").filter(pk=poll_id).first()
    if poll is None:
        raise NotForYou("no_such_poll", _("There is no such poll."))
    return poll


def drafted(actor: Actor, poll_id: int) -> tuple[Poll, Questionnaire, Actor]:
    """A poll that is still being prepared, by somebody who may. Raises Refusal once it is open."""
    poll = locked(poll_id)
    actor = access.require(actor, HOLD, poll.union_id)
    if poll.state != Poll.State.DRAFT:
        name = "roll_stands_once_the_poll_is_open"
        raise Refusal(name, promises.BROKEN[name])
    return poll, versions.definition(poll.version), actor


def told(actor: Actor, at: datetime, action: str, poll: Poll, **detail: object) -> None:
    """A line on the trail at the poll's union. Nobody's vote is ever one."""
    union = Union.objects.get(pk=poll.union_id)
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="poll",
        subject_id=poll.pk,
        place=access.place_of(union),
        detail=detail,
    )


def _standing(poll: Poll, number: str) -> Person:
    """A member who may stand at the poll's union, by their number."""
    held = Membership.objects.filter(
        member_number=names.seen(number),
        valid_to__isnull=True,
        status__in=VOTING,
        union_id__in=tree.under(poll.union_id).values("pk"),
    ).first()
    person = Person.objects.filter(pk=held.person_id).first() if held else None
    if person is None:
        raise Refusal(
            "candidate_no_member",
            _("No member who can stand has this member number here. A retained member cannot stand."),
        )
    return person


def _refuse_unfit(poll: Poll, asked: Questionnaire, union: Union, day: date) -> None:
    stand = poll.candidates.count()
    if stand < 1:
        raise Refusal("candidates_first", _("Nobody stands yet. Write down who does."))
    decides = asked.decides
    if decides is None:
        return
    if stand < poll.seats:
        raise Refusal(
            "too_few_candidates_for_seats",
            _("%(stand)s stand for %(seats)s seats. There have to be at least as many.")
            % {"stand": stand, "seats": poll.seats},
        )
    if poll.again_of_id is None and decides.surplus:
        surplus = parameters.value(decides.surplus, division=union.division, day=day)
        fewest = term_rules.fewest_candidates(seats=poll.seats, surplus_percent=surplus)
        if stand < fewest:
            raise Refusal(
                "too_few_candidates",
                _(
                    "For %(seats)s seats at least %(fewest)s must stand, so that there is a choice; %(stood)s stand."
                )
                % {"seats": poll.seats, "fewest": fewest, "stood": stand},
            )
    if poll.again_of_id is None and decides.body == "committee" and union.level >= Union.Level.GRASSROOTS:
        under = tree.under(union.pk).values("pk")
        members = Membership.objects.filter(union_id__in=under, valid_to__isnull=True).count()
        counts.check_size(poll.seats, members=members, division=union.division, day=day)
