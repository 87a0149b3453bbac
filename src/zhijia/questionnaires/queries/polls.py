"""Polls for whoever asks: those they take part in, those held at a union."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import Poll, Rating, Voter

ROWS = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A poll with what it asks."""

    poll: Poll
    asked: Questionnaire

    @property
    def by_all(self) -> bool:
        """Whether its result is for everybody."""
        return self.asked.shows == "everybody"


def mine(actor: Actor) -> list[Seen]:
    """The polls the actor may take part in or took part in, those that end soonest first among the open ones."""
    on_roll = Voter.objects.filter(person_id=actor.person_id).values("poll_id") if actor.person_id else []
    chosen = Q(pk__in=on_roll) | Q(version__content__asks="accounts")
    shown = Poll.objects.filter(chosen, state__in=(Poll.State.OPEN, Poll.State.COUNTED)).select_related(
        "version"
    )
    rows = [Seen(poll, versions.definition(poll.version)) for poll in shown.order_by("-pk")[:ROWS]]
    return sorted(rows, key=lambda seen: (seen.poll.state != Poll.State.OPEN, seen.poll.closes_at))


def at_union(union_id: int, *, after: int | None) -> QuerySet[Poll]:
    """The polls held at a union, the newest first, behind this one on."""
    rows = Poll.objects.filter(union_id=union_id).select_related("version").order_by("-pk")
    return rows.filter(pk__lt=after) if after else rows


def is_asked(actor: Actor, poll: Poll) -> bool:
    """Whether the actor is on the poll's roll."""
    return actor.person_id is not None and Voter.objects.filter(poll=poll, person_id=actor.person_id).exists()


def to_rate(actor: Actor, at: datetime) -> QuerySet[Rating]:
    """What the actor can still rate: done not too long ago, not rated yet."""
    most = parameters.value("questionnaires.rating_days", day=days.business_day(at))
    since = at - timedelta(days=most)
    return Rating.objects.filter(user_id=actor.user_id or 0, answered_at__isnull=True, asked_at__gte=since)
