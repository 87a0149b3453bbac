"""A number changed by two people: one proposes value, place and day, and sees what it would do; a second confirms."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from zhijia.administration.services import counting, first_days
from zhijia.audit import services as audit
from zhijia.catalogue import divisions, parameters, places
from zhijia.catalogue import notices as words
from zhijia.catalogue.kinds import Parameter
from zhijia.catalogue.models import ParameterChange
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access, tree

MAY = "matter.define"
Change = ParameterChange


def proposed(actor: Actor, key: str) -> Sequence[ParameterChange]:
    """What was proposed and confirmed for this number, newest first."""
    access.require(actor, "definitions.view")
    rows = Change.objects.filter(key=key).exclude(state=Change.State.WITHDRAWN)
    return list(rows.order_by("-pk")[:50])


def find(actor: Actor, change_id: int) -> ParameterChange:
    """A proposal. Raises NotForYou for none, and for who may not propose."""
    access.require(actor, MAY)
    return _existing(Change.objects.filter(pk=change_id).first())


def propose(
    *, actor: Actor, at: datetime, key: str, division: str, since: date, typed: str, source: str
) -> ParameterChange:
    """Propose a value from a day on, at a place (empty: everywhere). Raises Refusal for a value of another type, a day
    that has passed or is too far ahead, a place that is none, and what is proposed already."""
    actor = access.require(actor, MAY)
    parameter = parameters.get(key)
    first_days.require(since, at=at)
    division = places.padded(division) if division else ""
    if division and divisions.get(division) is None:
        raise Refusal("no_such_place", _("There is no division with this code."))
    value = read(parameter, typed)
    try:
        with transaction.atomic():
            change = Change.objects.create(
                key=key,
                division=division,
                since=since,
                value=value,
                source=source.strip(),
                made_by=actor.user_id or 0,
                made_at=at,
            )
    except IntegrityError:
        raise Refusal(
            "proposed_already", _("A value for this place and day waits already. Take it back first.")
        ) from None
    counting.begin_number(change, at=at)
    change.refresh_from_db(fields=["effect"])
    _record(actor, at, "number.propose", change)
    return change


def confirm(*, actor: Actor, at: datetime, change_id: int) -> ParameterChange:
    """Let it hold from its day on. Only a second person may, with the right at the top. Raises Refusal for who proposed
    it, and when its day has passed."""
    actor, change = _held(actor, change_id)
    for root in tree.roots():
        actor = access.require(actor, MAY, root)
    if change.made_by == actor.user_id:
        raise Refusal("second_person", _("You proposed this. A second person has to publish it."))
    counting.require(change.effect)
    if change.since < days.business_day(at):
        raise Refusal("since_past", _("The first day lies in the past. Choose today or a later day."))
    change.state, change.published_by, change.published_at = Change.State.PUBLISHED, actor.user_id, at
    change.save(update_fields=["state", "published_by", "published_at"])
    _record(actor, at, "number.confirm", change)
    _tell_maker(actor, at, "number_published", change, since=change.since)
    return change


def withdraw(*, actor: Actor, at: datetime, change_id: int) -> None:
    """Take a proposal away: whoever made it, or whoever does not agree."""
    actor, change = _held(actor, change_id)
    change.state = Change.State.WITHDRAWN
    change.save(update_fields=["state"])
    _record(actor, at, "number.withdraw", change)
    _tell_maker(actor, at, "number_returned", change)


def read(parameter: Parameter, typed: str) -> Any:
    """The value that was typed, of the parameter's type. Raises Refusal."""
    text = typed.strip()
    try:
        return _READERS[parameter.type](text)
    except (ValueError, KeyError):
        raise Refusal("wrong_value", _("This is no value of the kind this number has.")) from None


def _words(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _decimal(text: str) -> float:
    value = float(text)
    if abs(value) > 1e12 or value != value:
        raise ValueError(text)
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "whole": int,
    "decimal": _decimal,
    "yes_no": {"yes": True, "no": False, "是": True, "否": False}.__getitem__,
    "words": _words,
    "whole_list": lambda text: [int(one) for one in text.replace("，", ",").split(",")],
}


def _tell_maker(actor: Actor, at: datetime, told: str, change: ParameterChange, **more: object) -> None:
    """Whoever proposed the value hears what a second person made of it; who took it back themselves knows."""
    if change.made_by != actor.user_id:
        notices.send(
            actor=actor,
            at=at,
            to_user=change.made_by,
            kind=told,
            values={"number": words.both(parameters.get(change.key).label), **more},
            link=f"/administration/numbers/{change.key}/",
            reason="design",
        )


def _held(actor: Actor, change_id: int) -> tuple[Actor, ParameterChange]:
    actor = access.require(actor, MAY)
    change = _existing(Change.objects.select_for_update().filter(pk=change_id).first())
    if change.state != Change.State.PROPOSED:
        raise Refusal("moved_on", _("Somebody was faster. Look at the page again."))
    return actor, change


def _existing(change: ParameterChange | None) -> ParameterChange:
    if change is None:
        raise NotForYou("no_such_number", _("There is no such proposal."))
    return change


def _record(actor: Actor, at: datetime, action: str, change: ParameterChange) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="number",
        subject_id=change.pk,
        place=access.standing_of(actor),
        detail={"key": change.key, "division": change.division, "since": change.since.isoformat()},
    )
