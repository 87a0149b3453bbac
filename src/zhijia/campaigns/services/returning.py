"""A return: what is held is shown with its source, the rest is answered; sent once, corrected as a new version."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.campaigns import asking, prefilling, versions
from zhijia.campaigns.asking import About
from zhijia.campaigns.models import Answer, Drive, Piece
from zhijia.campaigns.rules import Time
from zhijia.campaigns.services import giving, opening, promises
from zhijia.catalogue.campaign_rules import Ask, Campaign, Thing
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union

RETURNED = "campaign.returned"


def held(piece: Piece, drive: Drive, thing: Thing, *, at: datetime) -> dict[str, prefilling.Shown]:
    """What is held already of what this return asks, with its source, by question: of its time as far as it has
    passed."""
    row_id, of_union = piece.entry.row_id, piece.entry.of_union_id or piece.union_id
    ends = min(_ends(piece, drive), days.business_day(at))
    about = About(of_union, Time(piece.begins_on, ends), row_id)
    return {
        question.name: prefilling.shown(question, drive, about)
        for question in thing.questions
        if question.held is not None
    }


def send(
    *, actor: Actor, at: datetime, piece_id: int, answers: Mapping[str, Any], reason: str = ""
) -> Answer:
    """Send it, or correct what was sent: then `reason` says why, and the earlier version stays. `answers` are stored
    forms (`reading`). Only what the conditions ask is kept; the drafts of both sides are gone (a trigger). Raises
    Refusal where something asked is missing."""
    piece, drive, thing, actor = giving.held(actor, piece_id, "return")
    campaign = versions.of(drive)
    first = piece.state != Piece.State.DONE
    why = names.seen(reason)[:300]
    if not first and not why:
        raise Refusal("reason_missing", _("Say why you correct it: both sides read it."))
    division = Union.objects.values_list("division", flat=True).get(pk=piece.union_id)
    said = asked_for(campaign, thing, answers, day=days.business_day(at), division=division)
    with promises.kept():
        last = piece.answers.count()
        answer = Answer.objects.create(
            piece=piece, version=last + 1, answers=said, reason="" if first else why,
            held={name: one.as_data() for name, one in held(piece, drive, thing, at=at).items()},
            sent_at=at, sent_by=actor.user_id, union_id=piece.union_id, county_id=piece.county_id,
        )  # fmt: skip
        if first:
            _sent(piece, drive, actor, at)
        opening.told(actor, at, "campaign.return" if first else "campaign.correct", drive, piece=piece.pk)
    return answer


def lacking(
    campaign: Campaign, thing: Thing, answers: Mapping[str, Any], *, day: date, division: str
) -> list[Ask]:
    """The questions that are asked, given these answers, and have none though they need one."""
    asked = asking.asked(campaign, thing, answers, day=day, division=division)
    return [one for one in asked if one.required and answers.get(one.name) in (None, "", [])]


def asked_for(
    campaign: Campaign, thing: Thing, answers: Mapping[str, Any], *, day: date, division: str
) -> dict[str, Any]:
    """Of these answers what the conditions ask. Raises Refusal where something of that is missing."""
    if missing := lacking(campaign, thing, answers, day=day, division=division):
        raise Refusal("answer_missing", _("Fill in: %(field)s") % {"field": missing[0].label})
    asked = asking.asked(campaign, thing, answers, day=day, division=division)
    return {
        question.name: answers[question.name] for question in asked if answers.get(question.name) is not None
    }


def _sent(piece: Piece, drive: Drive, actor: Actor, at: datetime) -> None:
    today = days.business_day(at)
    piece.state, piece.done_at, piece.done_by = Piece.State.DONE, at, actor.user_id
    piece.late = piece.due_on is not None and today > piece.due_on
    piece.save(update_fields=["state", "done_at", "done_by", "late"])
    facts.record(
        [
            NewFact(
                kind=RETURNED, union_id=piece.union_id, county_id=piece.county_id, day=today, record="piece",
                record_id=piece.pk,
                dimensions={
                    "campaign": drive.code,
                    "drive": str(drive.pk),
                    "thing": piece.thing,
                    "late": piece.late,
                },
            )
        ]
    )  # fmt: skip


def _ends(piece: Piece, drive: Drive) -> date:
    """The last day its figures count: of what is returned once, the drive's last."""
    return piece.ends_on if piece.ends_on > piece.begins_on else drive.closes_on or piece.ends_on
