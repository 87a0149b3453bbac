"""Votes on paper: handed out to somebody on the roll, counted by two officers who have to agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import PaperCount, Poll, Voter
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.rules import FOR, WAYS, agree
from zhijia.questionnaires.services import preparing, promises
from zhijia.registry import access
from zhijia.registry.models import Membership

TWO = 2


@dataclass(frozen=True, slots=True)
class Papers:
    """What two counts agree on: papers in the box, those that count for nothing, and how often each line was marked."""

    papers: int = 0
    invalid: int = 0
    said: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)


def hand_out(*, actor: Actor, at: datetime, poll_id: int, number: str) -> Voter:
    """Hand a paper to the member of this number. Whoever voted on their phone gets none, and whoever takes one does not
    vote there any more."""
    poll = Poll.objects.select_related("version").filter(pk=poll_id).first()
    actor = access.require(actor, preparing.HOLD, poll.union_id if poll else None)
    if poll is None or poll.state != Poll.State.OPEN or not poll.on_paper:
        raise Refusal("no_papers", _("No papers are handed out for this poll now."))
    if not poll.opens_at <= at < poll.closes_at:
        raise Refusal("voting_ended", promises.CLOSED)
    held = Membership.objects.filter(member_number=number.strip(), valid_to__isnull=True).first()
    voter = poll.voters.filter(person_id=held.person_id).first() if held else None
    opener = box.opener(poll.pk)
    if voter is None or opener is None:
        raise Refusal("nobody_on_the_roll", _("Nobody with this member number is on the roll."))
    slot = opener.slot(f"person:{voter.person_id}")
    if box.hold(poll.pk, slot) != Poll.State.OPEN:
        raise Refusal("voting_ended", promises.CLOSED)
    voter.refresh_from_db()
    if voter.way == Voter.Way.PAPER:
        raise Refusal("paper_already", _("This member was handed a paper already."))
    if box.is_in(poll.pk, slot):
        raise Refusal("voted_here", _("This member has taken part on their phone already. One vote each."))
    voter.way = Voter.Way.PAPER
    voter.save(update_fields=["way"])
    preparing.told(actor, at, "poll.paper", poll)
    return voter


def count(
    *, actor: Actor, at: datetime, poll_id: int, papers: int, invalid: int, said: Mapping[str, Any]
) -> list[str]:
    """One officer's count of the papers, by question, candidate and mark. The fields in which it differs from the
    other's; then both count anew."""
    poll = preparing.locked(poll_id)
    actor = access.require(actor, preparing.HOLD, poll.union_id)
    if poll.state != Poll.State.OPEN or not poll.on_paper:
        raise Refusal("no_papers", _("No papers are handed out for this poll now."))
    if not 0 <= invalid <= papers:
        raise Refusal("papers_invalid", _("There cannot be more invalid papers than papers."))
    if papers > poll.voters.filter(way=Voter.Way.PAPER).count():
        raise Refusal("papers_too_many", _("There are more papers than were handed out. Count them again."))
    _refuse_unfit(poll, papers - invalid, said)
    with promises.kept():
        PaperCount.objects.create(
            poll=poll, user_id=actor.user_id or 0, at=at, papers=papers, invalid=invalid, said=dict(said)
        )
    preparing.told(actor, at, "poll.papers", poll)
    counts = list(poll.paper_counts.order_by("pk")[:TWO])
    if len(counts) < TWO:
        return []
    differing = agree(*(_flat(one) for one in counts))
    if differing:
        poll.paper_counts.all().delete()
    return differing


def agreed(poll: Poll, handed: int) -> Papers:
    """What the papers say. Raises Refusal while two who agree have not counted them."""
    counts = list(poll.paper_counts.order_by("pk")[:TWO])
    if not handed:
        return Papers()
    if len(counts) < TWO:
        raise Refusal(
            "papers_first",
            _("%(handed)s papers were handed out. Two officers count them first, each on their own.")
            % {"handed": handed},
        )
    return Papers(counts[0].papers, counts[0].invalid, counts[0].said)


def _refuse_unfit(poll: Poll, valid: int, said: Mapping[str, Any]) -> None:
    """The marks have to be some of what so many papers can say."""
    asked = versions.definition(poll.version)
    numbers = {str(number) for number in poll.candidates.values_list("number", flat=True)}
    for question in asked.questions:
        items = said.get(question.name, {})
        if question.type == "candidates":
            lines = [items.get(number, {}) for number in numbers]
            marks = sum(line.get(FOR, 0) for line in lines)
            fits = set(items) <= numbers and all(set(line) <= set(WAYS) for line in lines)
            fits = fits and all(sum(line.values()) == valid for line in lines) and marks <= valid * poll.seats
        else:
            line = items.get("", {})
            fits = set(line) <= question.offered and sum(line.values()) == valid
        if not fits or any(many < 0 for one in items.values() for many in one.values()):
            raise Refusal(
                "papers_do_not_add_up",
                _(
                    "“%(question)s” does not add up: of %(valid)s valid papers each says one thing in each line."
                )
                % {"question": question.label, "valid": valid},
            )


def _flat(one: PaperCount) -> dict[str, int]:
    flat = {"papers": one.papers, "invalid": one.invalid}
    for question, items in one.said.items():
        for item, line in items.items():
            flat |= {f"{question}.{item}.{way}": many for way, many in line.items()}
    return flat
