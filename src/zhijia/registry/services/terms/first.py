"""The first term of a union that was just founded. Its members join afterwards, so those who stood have posts as far as
the register knows them already; the others' seats are filled once they are members (ORG-07 to ORG-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import term_rules
from zhijia.registry.models import Body, Candidate, Election, Post, Term, Union
from zhijia.registry.services.terms import approving, counts
from zhijia.registry.services.terms.above import require_above, trail
from zhijia.registry.services.terms.elections import POSTS


@dataclass(frozen=True, slots=True)
class Stood:
    """Somebody who stood: the post, the votes, and the person where the register knows them."""

    post: str
    votes: int
    person_id: UUID | None = None


def check_stood(stood: Sequence[Stood], *, seats: int, attended: int, division: str, today: date) -> None:
    """Raises Refusal for too few candidates, a post that is not the committee's, two chairs, or more votes than people
    came (ORG-09)."""
    surplus = parameters.value(f"term.surplus_percent_{Body.COMMITTEE}", division=division, day=today)
    fewest = term_rules.fewest_candidates(seats=seats, surplus_percent=surplus)
    if len(stood) < fewest:
        raise Refusal(
            "too_few_candidates",
            _(
                "For %(seats)s seats at least %(fewest)s must stand, so that there is a choice; %(stood)s stood."
            )
            % {"seats": seats, "fewest": fewest, "stood": len(stood)},
        )
    posts = [one.post for one in stood]
    if set(posts) - set(POSTS[Body.COMMITTEE]) or posts.count(Post.Kind.CHAIR) > 1:
        raise Refusal("candidate_post", _("A post does not belong to this body, or there are two chairs."))
    if any(one.votes > attended for one in stood):
        raise Refusal("too_many_votes", _("Somebody has more votes than people came."))


def begin_first(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    union: Union,
    held_on: date,
    years: int,
    entitled: int,
    attended: int,
    seats: int,
    stood: Sequence[Stood],
    number: str,
) -> Term:
    """The committee's first term begins by a reply of this number; the election is kept as it was reported. Only for an
    officer of the union above."""
    actor = require_above(actor, union.pk)
    chosen = counts.chosen_of(
        [one.votes for one in stood], entitled=entitled, seats=seats, division=union.division, day=held_on
    )
    election = Election.objects.create(
        id=once,
        union_id=union.pk,
        county_id=union.stands_in,
        body=Body.COMMITTEE,
        held_on=held_on,
        years=years,
        entitled=entitled,
        attended=attended,
        seats=seats,
        filled=sum(chosen),
        state=Election.State.REPORTED,
        recorded_at=at,
    )
    Candidate.objects.bulk_create(
        Candidate(
            election=election,
            union_id=union.pk,
            county_id=union.stands_in,
            person_id=one.person_id,
            post=one.post,
            votes=one.votes,
            elected=won,
        )
        for one, won in zip(stood, chosen, strict=True)
        if one.person_id is not None
    )
    trail(
        actor, at, "election.record", union, "election", election.pk, body=Body.COMMITTEE, filled=sum(chosen)
    )
    return approving.approve_election(
        actor=actor, at=at, election_id=election.pk, number=number, day=days.business_day(at)
    )
