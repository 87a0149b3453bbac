"""Public notices of a round: masked names of those who agreed, for so many working days, then gone by themselves
(HON-01, PI-03)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round, RoundNotice
from zhijia.appraisals.services.rounds import answering, holding
from zhijia.catalogue import parameters, working_days
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.catalogue.round_rules import Showing
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import listed

WHERE = {Round.State.PROPOSED: RoundNotice.Where.BATCH, Round.State.DECIDED: RoundNotice.Where.DECIDED}


def hang_one(
    *, actor: Actor, at: datetime, found: Round, asked: Definition, row: Nomination, notice: Showing
) -> RoundNotice:
    """Hang one nomination up at its unit. Raises Refusal while whoever is nominated has not agreed."""
    return _hang(actor, at, found, asked, notice, [row], Union.objects.get(pk=row.union_id), row)


def hang(*, actor: Actor, at: datetime, round_id: int) -> RoundNotice:
    """Hang up the batch that was put together, or what was decided. Raises Refusal where nothing is shown there, and
    while somebody of it has not agreed."""
    held = holding.held(actor, round_id, Round.State.PROPOSED, Round.State.DECIDED)
    where = WHERE[Round.State(held.round.state)]
    notice = held.asked.showing(where)
    if notice is None:
        raise Refusal("no_round_notice", _("Nothing is shown here now."))
    if of_batch(held.round, where) is not None:
        raise Refusal("shown_already", _("This notice hangs already, or has hung."))
    rows = list(chosen(held.round))
    hung = _hang(held.actor, at, held.round, held.asked, notice, rows, held.union)
    holding.told(held.actor, at, "round.show", held.round, where=str(where), entries=len(rows))
    return hung


def chosen(found: Round) -> QuerySet[Nomination]:
    """The entries of the batch that stand, best first."""
    return Nomination.objects.filter(
        standing__round_id=found.pk, standing__chosen=True, state=Nomination.State.IN
    ).order_by("standing__rank", "number")


def of_batch(found: Round, where: str) -> RoundNotice | None:
    """The notice of this batch that hung there since it was put together, none where it did not yet."""
    since = found.proposed_at
    if since is None:
        return None
    notices = RoundNotice.objects.filter(round=found, where=where, hangs_from__gte=since)
    return notices.order_by("-pk").first()


def refuse_before_its_end(found: Round, asked: Definition, where: RoundNotice.Where, at: datetime) -> None:
    """Raises Refusal while the notice due here was not hung up, or has not ended."""
    if asked.showing(where) is None:
        return
    hung = of_batch(found, where)
    if hung is None:
        raise Refusal("notice_first", _("Hang up the notice first; it goes on when its days are over."))
    if hung.hangs_until > at:
        raise Refusal("notice_hangs", _HANGS % {"until": day_words(hung.last_day)})
    if where == RoundNotice.Where.BATCH and (withheld := without_name(hung)):
        raise Refusal("notice_without_name", _WITHHELD % {"numbers": listed(withheld)})


def without_name(hung: RoundNotice) -> list[int]:
    """The numbers of the entries whose name the notice withholds: whose they are agreed no more while it hung."""
    return [one["number"] for one in hung.lines if not one["name"]]


def refuse_hanging(row: Nomination, at: datetime) -> None:
    """The same of one nomination at its unit; one whose name was withheld meanwhile hangs anew."""
    hung = row.state == Nomination.State.SHOWN and (
        RoundNotice.objects.filter(nomination_id=row.pk, hangs_from__gte=row.handed_at)
        .order_by("-pk")
        .first()
    )
    if not hung:
        raise Refusal("notice_first", _("Hang up the notice first; it goes on when its days are over."))
    if hung.hangs_until > at:
        raise Refusal("notice_hangs", _HANGS % {"until": day_words(hung.last_day)})


def take_down(found: Round, at: datetime) -> None:
    """What hangs of the round's batch hangs no more."""
    RoundNotice.objects.filter(round=found, nomination_id__isnull=True, hangs_until__gt=at).update(
        hangs_until=at
    )


def take_down_one(row: Nomination, at: datetime) -> None:
    """What hangs of this entry at its unit hangs no more."""
    RoundNotice.objects.filter(nomination_id=row.pk, hangs_until__gt=at).update(hangs_until=at)


def hanging(at: datetime) -> QuerySet[RoundNotice]:
    """The notices that hang now: anybody may read them, the one that ends first comes first."""
    rows = RoundNotice.objects.filter(hangs_from__lte=at, hangs_until__gt=at).select_related("round__version")
    return rows.order_by("hangs_until", "pk")


NOT_AGREED = _(
    "%(name)s has not agreed that their name is shown. They can do so at their nomination, on their phone."
)
_WITHHELD = _(
    "These agreed no more that their name is shown, and their name was taken from the notice: %(numbers)s. Send the "
    "batch back; take them out, or once they agree again propose it anew, so that it hangs its days with every name."
)
_HANGS = _("The notice hangs until the end of %(until)s. It goes on after that.")


def _hang(
    actor: Actor,
    at: datetime,
    found: Round,
    asked: Definition,
    notice: Showing,
    rows: Sequence[Nomination],
    union: Union,
    one: Nomination | None = None,
) -> RoundNotice:
    refuse_not_agreed(rows)
    day = days.business_day(at)
    many = parameters.value(notice.days, division=union.division, day=day)
    last = working_days.add(day, many, union.division)
    until = datetime.combine(last + timedelta(days=1), time.min, tzinfo=days.SHANGHAI)
    names = dict(Union.objects.filter(pk__in={row.union_id for row in rows}).values_list("pk", "name"))
    return RoundNotice.objects.create(
        round=found, union_id=union.pk, county_id=union.stands_in, where=notice.at,
        nomination_id=one.pk if one else None, lines=[line(asked, row, names) for row in rows], hangs_from=at,
        hangs_until=until, hung_by=actor.user_id,
    )  # fmt: skip


def refuse_not_agreed(rows: Iterable[Nomination]) -> None:
    """Raises Refusal where one of these may not be shown, with their name."""
    for row in rows:
        if not agreed(row):
            raise Refusal("notice_not_agreed_by", NOT_AGREED % {"name": row.title})


def agreed(row: Nomination) -> bool:
    """Whether this entry may be shown: who is no person needs nobody's agreement. Where it was taken back, the entry
    says so in the same moment (`agreeing.withdrawn`), wherever its person is a member by now."""
    return row.person_id is None or row.agreed_at is not None


def line(asked: Definition, row: Nomination, names: dict[int, str]) -> dict[str, Any]:
    """What everybody reads of an entry: the masked name of a person, its union, and what is open."""
    hidden = asked.subject == "person"
    words = [
        answering.words(question, row.answers[question.name])
        for question in asked.questions
        if question.open and question.name in row.answers and question.type != "file"
    ]
    return {
        "entry": str(row.pk),
        "name": masking.name(row.title) if hidden else row.title,
        "union": names.get(row.union_id, ""),
        "said": words,
    }
