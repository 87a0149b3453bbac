"""Reading the trail: what the row policies let the actor see, newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, TextField, Value, Window
from django.db.models.functions import MD5, Cast, Concat, RowNumber

from zhijia.audit.models import Entry
from zhijia.kernel.actors import Actor

LOOKS = ("look", "reveal", "export")
"""The last words of actions that showed somebody's data to somebody."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; None leaves it open. `since` is included, `until` is not."""

    action: str | None = None
    subject: str | None = None
    subject_id: str | None = None
    user_id: int | None = None
    person_id: UUID | None = None
    union_id: int | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> Q:
        """The filters as one condition."""
        names = ("action", "subject", "subject_id", "user_id", "person_id", "union_id", "request_id")
        chosen = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        times = {"at__gte": self.since, "at__lt": self.until}
        return Q(**chosen) & Q(**{name: at for name, at in times.items() if at is not None})


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and the id to go on after (None at the end)."""

    entries: list[Entry]
    after: int | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry of a sample, and how many entries of the same action it was drawn from."""

    entry: Entry
    of: int


def entries_for(
    actor: Actor, filters: Filters = NO_FILTERS, *, after: int | None = None, rows: int = 100
) -> Page:
    """A page of the trail as far as the actor may see it, newest first, going on after an entry's id."""
    return _page(_visible(actor).filter(filters.condition()), after, rows)


def looks_at(actor: Actor, person_id: UUID, *, after: int | None = None, rows: int = 100) -> Page:
    """Who looked at this person's data (a reveal, a look, an export), newest first; not their own."""
    looked = Q()
    for word in LOOKS:
        looked |= Q(action__endswith=f".{word}")
    others = ~Q(user_id=actor.user_id) | Q(user_id=None)
    return _page(_visible(actor).filter(looked, others, person_id=person_id), after, rows)


def sample(actor: Actor, *, since: datetime, until: datetime, each: int, seed: str) -> list[Drawn]:
    """At most `each` entries of every action in the period, drawn by the seed: whoever may see the same
    entries draws the same sample from the same seed again (AUD-06)."""
    key = MD5(Concat(Value(f"{seed}:"), Cast(F("id"), TextField())))
    drawn = (
        _visible(actor)
        .filter(at__gte=since, at__lt=until)
        .annotate(
            place=Window(RowNumber(), partition_by="action", order_by=key),
            of=Window(Count("*"), partition_by="action"),
        )
        .filter(place__lte=each)
        .order_by("action", "place")
    )
    return [Drawn(entry=entry, of=entry.of) for entry in drawn]


def _visible(actor: Actor) -> QuerySet[Entry]:
    """What the policies show; nothing to somebody who is nobody."""
    return Entry.objects.none() if actor.user_id is None else Entry.objects.all()


def _page(entries: QuerySet[Entry], after: int | None, rows: int) -> Page:
    if after is not None:
        entries = entries.filter(id__lt=after)
    found = list(entries.order_by("-id")[: rows + 1])
    return Page(entries=found[:rows], after=found[rows - 1].pk if len(found) > rows else None)
