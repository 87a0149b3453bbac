"""A nomination is begun, filled in as often as one likes, agreed to and handed in; or taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import (
    agreeing,
    answering,
    eligible,
    holding,
    meaning,
    promises,
    showing,
    telling,
)
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.round_rules import Question
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.registry import access, tree
from zhijia.registry.models import Union

WRITTEN = (Nomination.State.DRAFT, Nomination.State.RETURNED)
LEAVES = Nomination.LIVE


def begin(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    round_id: int,
    union: Union | None = None,
    number: str = "",
    title: str = "",
) -> Nomination:
    """A nomination of oneself, or by a union of the member, union, unit or row of this number. The same key again
    answers the nomination there is. Raises Refusal once the call is closed, where it is no matter of this round, and
    where they are nominated already."""
    known = Nomination.objects.filter(once=once, user_id=actor.user_id or 0).first()
    if known is not None:
        return known
    found = Round.objects.select_related("version").filter(pk=round_id).first()
    if found is None or found.state == Round.State.DRAFT or actor.user_id is None:
        raise NotForYou("no_such_round", _("There is no such round."))
    asked = round_versions.definition(found.version)
    _refuse_closed(found, at)
    if union is None:
        meant = _own(actor, asked, title)
    else:
        actor = access.require(actor, HOLD, union.pk)
        if "union" not in asked.nominates:
            raise Refusal("self_only", _("Here people nominate themselves."))
        meant = meaning.typed(asked, union, number, title)
    if found.union_id not in {one.pk for one in tree.path(meant.union)}:
        raise Refusal("round_elsewhere", _("This round is held for other unions."))
    row = Nomination(
        id=new_id(), round=found, once=once, union_id=meant.union.pk, county_id=meant.union.stands_in,
        person_id=meant.person_id, subject=meant.subject, title=meant.title[:120], by_self=union is None,
        user_id=actor.user_id or 0, made_at=at,
    )  # fmt: skip
    with promises.kept():
        row.save(force_insert=True)
    holding.told_of(actor, at, "nomination.begin", row)
    if row.person_id and not row.by_self:
        telling.person(actor, at, row, found, "round_nominated")
    return row


def keep(
    *,
    actor: Actor,
    at: datetime,
    nomination_id: UUID,
    typed: Mapping[str, Any],
    sent: Mapping[str, list[Any]],
) -> list[Wrong]:
    """What can be taken of what was typed is kept; a sentence for each that cannot."""
    row, _found, asked, actor = written(actor, nomination_id)
    values, wrong = answering.read(asked, typed, on=days.business_day(at))
    files, broken = answering.stored(actor, at, row, asked, sent)
    row.answers = {
        name: value for name, value in {**row.answers, **values, **files}.items() if value is not None
    }
    with promises.kept():
        row.save(update_fields=["answers"])
    return [*wrong, *broken]


def hand_in(*, actor: Actor, at: datetime, nomination_id: UUID, agreed: bool = False) -> Nomination:
    """It goes to the union it stands at. Raises Refusal after the call closed, while something is missing, where the
    rule says no, and where somebody nominates themselves without agreeing to the public notice (PI-03)."""
    row, found, asked, actor = written(actor, nomination_id)
    _refuse_closed(found, at)
    if missing := lacking(row, asked):
        raise Refusal("answer_missing", _("Fill in: %(field)s") % {"field": missing[0].label})
    _refuse_unfit(row, asked, at)
    if row.by_self and asked.notices and row.agreed_at is None:
        if not agreed:
            raise Refusal("notice_not_agreed", _NOT_AGREED)
        agreeing.agreed(actor, at, row, asked)
    row.state, row.handed_at, row.at_union_id, row.reason = Nomination.State.UP, at, row.union_id, ""
    with promises.kept():
        row.save(update_fields=["state", "handed_at", "at_union_id", "agreed_at", "withdrew_at", "reason"])
    holding.told_of(actor, at, "nomination.hand_in", row)
    telling.waits(actor, row)
    return row


def lacking(row: Nomination, asked: Definition) -> list[Question]:
    """The questions that have to be answered and are not."""
    return [one for one in asked.questions if one.required and one.name not in row.answers]


def withdraw(*, actor: Actor, at: datetime, nomination_id: UUID) -> Nomination:
    """Taken back by whoever is nominated, or by the union it stands at, until a batch was put together; what hangs of
    it is taken down."""
    row, found, _asked = holding.entry(nomination_id)
    if actor.person_id is None or actor.person_id != row.person_id:
        _theirs(actor, row)
    if row.state not in LEAVES or found.state not in {Round.State.OPEN, Round.State.JUDGING}:
        raise Refusal("round_stands_as_it_was", promises.BROKEN["round_stands_as_it_was"])
    row.state = Nomination.State.WITHDRAWN
    with promises.kept():
        row.save(update_fields=["state"])
    showing.take_down_one(row, at)
    holding.told_of(actor, at, "nomination.withdraw", row)
    return row


def written(actor: Actor, nomination_id: UUID) -> tuple[Nomination, Round, Definition, Actor]:
    """A nomination that is still being written, by somebody who may."""
    row, found, asked = holding.entry(nomination_id)
    actor = _theirs(actor, row)
    if row.state not in WRITTEN:
        name = "nomination_stands_as_handed_in"
        raise Refusal(name, promises.BROKEN[name])
    return row, found, asked, actor


_NOT_AGREED = _(
    "Before anybody is named, names are shown to everybody, masked. Agree to that, or it cannot be handed in."
)


def _theirs(actor: Actor, row: Nomination) -> Actor:
    """Whoever nominated themselves goes on with it alone; what a union nominated, its officers."""
    if row.by_self:
        if actor.user_id != row.user_id:
            raise NotForYou("no_such_nomination", _("There is no such nomination."))
        return actor
    return access.require(actor, HOLD, row.union_id)


def _own(actor: Actor, asked: Definition, title: str) -> meaning.Meant:
    if "self" not in asked.nominates:
        raise Refusal("union_only", _("Here unions nominate. Speak to the officer of yours."))
    if actor.person_id is None:
        raise Refusal("no_member", _("Members nominate themselves. Join a union first."))
    meant = meaning.own(actor.person_id)
    if asked.subject == "person":
        return meant
    if not names.seen(title):
        raise Refusal("entry_title", _("Write what the team or the result is called."))
    return meaning.Meant(names.seen(title), meant.union, meant.person_id)


def _refuse_closed(found: Round, at: datetime) -> None:
    if found.state != Round.State.OPEN or at >= found.closes_at:
        name = "nomination_while_the_call_is_open"
        raise Refusal(name, promises.BROKEN[name])
    if at < found.opens_at:
        raise Refusal("call_not_open_yet", _("The call has not begun yet."))


def _refuse_unfit(row: Nomination, asked: Definition, at: datetime) -> None:
    """Raises Refusal where the rule of eligibility says no, with what it says."""
    day = days.business_day(at)
    if eligible.says_no(asked, row, day):
        raise Refusal(
            "not_eligible",
            _("This round asks for: %(rule)s. The register says no.") % {"rule": eligible.label(asked, day)},
        )
