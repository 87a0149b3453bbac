"""The union above replies to an election that was reported (批复, ORG-07): then the term begins."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import term_rules
from zhijia.registry.models import Body, Candidate, Election, Post, Term, Union
from zhijia.registry.services.terms.above import open_term, refuse_own, require_above, trail
from zhijia.registry.services.terms.elections import POSTS
from zhijia.registry.services.unions import check_stands


def approve_election(*, actor: Actor, at: datetime, election_id: UUID, number: str, day: date) -> Term:
    """Reply to a reported election by a document: a new term begins with its posts and closes the one before; a
    by-election fills the running one. Only an officer of the union above, and nobody for their own record."""
    actor, election, union = _reported(actor, election_id)
    check_stands(union)
    if not number.strip():
        raise Refusal("number_missing", _("Give the number of the reply."))
    if not election.held_on <= day <= days.business_day(at):
        raise Refusal("reply_day", _("A reply is dated after the election, and not later than today."))
    previous = open_term(election.union_id, election.body)
    if election.by_election:
        if previous is None:
            raise Refusal("term_over", _("The term this election was held for has ended."))
        term = previous
    else:
        term = _begin(election, union, previous, number.strip(), day)
    _give_posts(election, term)
    _decide(actor, at, election, union, Election.State.APPROVED, number=number.strip(), day=day)
    if not election.by_election:
        facts.record(
            [
                facts.NewFact(
                    kind="union.term_began",
                    union_id=union.pk,
                    county_id=union.stands_in,
                    day=election.held_on,
                    record="term",
                    record_id=str(term.pk),
                    dimensions={"body": election.body},
                )
            ]
        )
    return term


def refuse_election(*, actor: Actor, at: datetime, election_id: UUID, reason: str) -> None:
    """The union above does not accept the election and says why; the union holds another or records it anew."""
    actor, election, union = _reported(actor, election_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the union knows what to do."))
    _decide(actor, at, election, union, Election.State.REFUSED, reason=reason.strip())


def _reported(actor: Actor, election_id: UUID) -> tuple[Actor, Election, Union]:
    election = Election.objects.select_for_update().filter(pk=election_id).first()
    if election is None:
        raise NotForYou("no_such_election", _("There is no such election at your unions."))
    actor = require_above(actor, election.union_id)
    if election.state != Election.State.REPORTED:
        raise Refusal("answered_already", _("This election has been answered already. Nothing was changed."))
    refuse_own(actor, election.recorded_by)
    return actor, election, Union.objects.select_for_update().get(pk=election.union_id)


def _begin(election: Election, union: Union, previous: Term | None, number: str, day: date) -> Term:
    """The new term; audit and women's committee end with the committee (ORG-08)."""
    earlier = Term.objects.filter(union_id=union.pk, body=election.body)
    last = earlier.aggregate(last=Max("number"))["last"] or 0
    if previous is not None:
        previous.ended_on = election.held_on
        previous.save(update_fields=["ended_on"])
    posts = Post.objects.filter(union_id=union.pk, kind__in=POSTS[Body(election.body)], ended_on__isnull=True)
    posts.update(ended_on=election.held_on)
    over, years = term_rules.ends_on(election.held_on, election.years), election.years
    if election.body != Body.COMMITTEE:
        committee = open_term(union.pk, Body.COMMITTEE)
        if committee is not None and committee.due_on > election.held_on:
            over, years = committee.due_on, committee.years
    return Term.objects.create(
        union_id=union.pk,
        county_id=union.stands_in,
        body=election.body,
        number=last + 1,
        years=years,
        starts_on=election.held_on,
        ends_on=over,
        due_on=over,
        seats=election.seats,
        election_id=election.pk,
        approval_number=number,
        approved_on=day,
    )


def _give_posts(election: Election, term: Term) -> None:
    Post.objects.bulk_create(
        Post(
            union_id=election.union_id,
            county_id=election.county_id,
            person_id=candidate.person_id,
            kind=candidate.post,
            full_time=candidate.full_time,
            term_id=term.pk,
            term_from=election.held_on,
            term_to=term.due_on,
        )
        for candidate in Candidate.objects.filter(election=election, elected=True)
    )


def _decide(
    actor: Actor,
    at: datetime,
    election: Election,
    union: Union,
    state: str,
    *,
    number: str = "",
    day: date | None = None,
    reason: str = "",
) -> None:
    election.state, election.answer = state, reason
    election.approval_number, election.approved_on = number, day
    election.decided_at, election.decided_by = at, actor.user_id
    election.save(
        update_fields=["state", "answer", "approval_number", "approved_on", "decided_at", "decided_by"]
    )
    trail(actor, at, f"election.{state}", union, "election", election.pk, body=election.body)
    notices.send(
        actor=actor,
        at=at,
        to_user=election.recorded_by,
        kind=f"election_{state}",
        values={"union": union.name, "body": election.body, "reason": number or reason},
        link=f"/elections/{election.pk}/",
        reason="term",
    )
