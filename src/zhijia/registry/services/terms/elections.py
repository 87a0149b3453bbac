"""Recording an election as it was held, checked by the rules before it is reported to the union above
(ORG-07, ORG-09 to ORG-11, MEM-09)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhijia.catalogue import codes, parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access, term_rules, tree
from zhijia.registry.models import Body, Candidate, Election, Membership, Person, Post, Term, Union
from zhijia.registry.services.terms import counts
from zhijia.registry.services.terms.above import open_term, trail
from zhijia.registry.services.unions import check_stands

POSTS = {
    Body.COMMITTEE: (Post.Kind.CHAIR, Post.Kind.VICE_CHAIR, Post.Kind.COMMITTEE),
    Body.AUDIT: (Post.Kind.AUDIT_COMMITTEE,),
    Body.WOMEN: (Post.Kind.WOMEN,),
}
"""The posts of each body."""
VOTING = (Membership.Status.ACTIVE, Membership.Status.HOLDING_POOL, Membership.Status.TRANSFERRING)
"""Retained members neither vote nor stand (MEM-09)."""
OWN = "CHN"


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who stood: the post they hold if elected, and their votes."""

    person_id: UUID
    post: str
    votes: int
    full_time: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """An election as the minutes give it. `by_election` fills vacancies of the open term, else a new term begins."""

    body: str
    by_election: bool
    held_on: date
    years: int
    entitled: int
    attended: int
    seats: int
    candidates: Sequence[Standing]
    declared: Collection[str]


def record_election(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    union_id: int,
    result: Result,
    reported_by: int | None = None,
) -> Election:
    """Record an election and report it to the union above; who is elected follows from the votes (ORG-09).
    `reported_by` is who reported it, where that is somebody else than who records it.

    The same `once` again answers the record there is. Raises Refusal where the rules say the election does not
    stand: too few came, the committee's size, too few candidates, somebody who cannot stand; and at a union that
    ended."""
    actor = access.require(actor, "term.record", union_id)
    union = Union.objects.select_for_update().get(pk=union_id)
    known = Election.objects.filter(pk=once).first()
    if known is not None:
        return known
    check_stands(union)
    today = days.business_day(at)
    chosen = _judged(union, result, open_term(union_id, result.body), today)
    election = Election.objects.create(
        id=once,
        union_id=union.pk,
        county_id=union.stands_in,
        body=result.body,
        by_election=result.by_election,
        held_on=result.held_on,
        years=result.years,
        entitled=result.entitled,
        attended=result.attended,
        seats=result.seats,
        filled=sum(chosen),
        declared=sorted(result.declared),
        recorded_at=at,
        recorded_by=reported_by or actor.user_id,
    )
    Candidate.objects.bulk_create(
        Candidate(
            election=election,
            union_id=union.pk,
            county_id=union.stands_in,
            person_id=standing.person_id,
            post=standing.post,
            full_time=standing.full_time,
            votes=standing.votes,
            elected=won,
        )
        for standing, won in zip(result.candidates, chosen, strict=True)
    )
    trail(actor, at, "election.record", union, "election", election.pk, body=result.body, filled=sum(chosen))
    return election


def check(*, at: datetime, union_id: int, result: Result) -> list[bool]:
    """Who of those who stood is elected, before anything is recorded. Raises the Refusal that recording it would."""
    union = Union.objects.get(pk=union_id)
    check_stands(union)
    today = days.business_day(at)
    term = Term.objects.filter(union_id=union_id, body=result.body, ended_on__isnull=True).first()
    return _judged(union, result, term, today)


def _judged(union: Union, result: Result, term: Term | None, today: date) -> list[bool]:
    """Who of those who stood is elected. Raises Refusal where the election does not stand."""
    _refuse_unreadable(union, result, today)
    _refuse_unfit_seats(union, result, term, today)
    _refuse_unfit_candidates(union, result, today)
    return counts.chosen_of(
        [standing.votes for standing in result.candidates],
        entitled=result.entitled,
        seats=result.seats,
        division=union.division,
        day=result.held_on,
    )


def _refuse_unreadable(union: Union, result: Result, today: date) -> None:
    waiting = Election.objects.filter(
        union_id=union.pk, body=result.body, state=Election.State.REPORTED
    ).exists()
    if waiting:
        raise Refusal(
            "election_waits", _("An election of this body waits for the reply of the union above already.")
        )
    counts.check_attendance(
        entitled=result.entitled,
        attended=result.attended,
        division=union.division,
        day=result.held_on,
        today=today,
    )
    missing = set(dict(codes.options("ineligibilities", today))) - set(result.declared)
    if missing and result.body == Body.COMMITTEE:
        raise Refusal(
            "not_declared",
            _("Confirm each line about who cannot stand. If one applies, the person cannot be elected."),
        )


def _refuse_unfit_seats(union: Union, result: Result, term: Term | None, today: date) -> None:
    if result.by_election:
        vacant = vacant_seats(term) if term else 0
        if result.seats < 1 or result.seats > vacant:
            raise Refusal(
                "no_vacancy",
                ngettext_lazy(
                    "%(n)s seat of the running term is vacant; no more can be filled.",
                    "%(n)s seats of the running term are vacant; no more can be filled.",
                    vacant,
                )
                % {"n": vacant},
            )
        return
    if term is not None and result.held_on <= term.starts_on:
        raise Refusal("before_the_term", _("The running term began later than this. Compare the day."))
    grassroots = union.level >= Union.Level.GRASSROOTS
    counts.check_years(result.years, grassroots=grassroots, division=union.division, today=today)
    if result.body != Body.COMMITTEE:
        if open_term(union.pk, Body.COMMITTEE) is None:
            raise Refusal(
                "committee_first", _("The committee is elected first: this body has the same term.")
            )
        return
    if not grassroots:
        return
    members = Membership.objects.filter(
        union_id__in=tree.under(union.pk).values("pk"), valid_to__isnull=True
    ).count()
    counts.check_size(result.seats, members=members, division=union.division, day=result.held_on)


def _refuse_unfit_candidates(union: Union, result: Result, today: date) -> None:
    surplus = parameters.value(f"term.surplus_percent_{result.body}", division=union.division, day=today)
    fewest = term_rules.fewest_candidates(seats=result.seats, surplus_percent=surplus)
    if len(result.candidates) < fewest:
        raise Refusal(
            "too_few_candidates",
            _(
                "For %(seats)s seats at least %(fewest)s must stand, so that there is a choice; %(stood)s stood."
            )
            % {"seats": result.seats, "fewest": fewest, "stood": len(result.candidates)},
        )
    people = [standing.person_id for standing in result.candidates]
    if len(set(people)) < len(people):
        raise Refusal("candidate_twice", _("Somebody stands twice. Take one of the lines out."))
    posts = [standing.post for standing in result.candidates]
    if set(posts) - set(POSTS[Body(result.body)]) or posts.count(Post.Kind.CHAIR) > 1:
        raise Refusal("candidate_post", _("A post does not belong to this body, or there are two chairs."))
    if any(not 0 <= standing.votes <= result.attended for standing in result.candidates):
        raise Refusal("too_many_votes", _("Somebody has more votes than people came."))
    _refuse_strangers(union, people)
    chair = next((one.person_id for one in result.candidates if one.post == Post.Kind.CHAIR), None)
    if chair and Person.objects.filter(pk=chair).exclude(nationality=OWN).exists():
        raise Refusal("chair_foreign", _("The chair has to be a Chinese national (ORG-11)."))


def _refuse_strangers(union: Union, people: Sequence[UUID]) -> None:
    """Who stands is a member of the union or of one under it, and not a retained one (MEM-09)."""
    inside = Membership.objects.filter(
        person_id__in=people,
        valid_to__isnull=True,
        status__in=VOTING,
        union_id__in=tree.under(union.pk).values("pk"),
    )
    if inside.count() < len(people):
        raise Refusal(
            "candidate_no_member",
            _("Somebody who stood is not a member here, or a retained one who cannot stand."),
        )


def vacant_seats(term: Term) -> int:
    """How many seats of a running term nobody holds."""
    held = Post.objects.filter(union_id=term.union_id, term_id=term.pk, ended_on__isnull=True).count()
    return max(0, term.seats - held)
