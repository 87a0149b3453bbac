"""The result of a ballot about a body of the union goes into the register: it is reported to the union above, and the
term begins with its reply (ORG-07, `docs/handbook/terms.md`)."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.rules import FOR
from zhijia.questionnaires.services import preparing
from zhijia.registry import access
from zhijia.registry.models import Election
from zhijia.registry.services import terms
from zhijia.registry.services.terms.elections import POSTS


def report(
    *, actor: Actor, at: datetime, poll_id: int, years: int, by_election: bool, declared: Collection[str]
) -> Election:
    """Record the election as the ballot decided it. Twice is once. Raises what recording one raises."""
    poll = preparing.locked(poll_id)
    actor = access.require(actor, "term.record", poll.union_id)
    asked = versions.definition(poll.version)
    question = asked.candidates
    if (
        poll.state != Poll.State.COUNTED
        or asked.decides is None
        or not asked.decides.body
        or question is None
    ):
        raise Refusal("no_election", _("This ballot elected no body of the union."))
    votes = {
        item: many for name, item, said, many in poll.result["lines"] if (name, said) == (question.name, FOR)
    }
    least = POSTS[asked.decides.body][-1].value  # type: ignore[index]
    standing = [
        terms.Standing(row.person_id, row.post or least, votes.get(str(row.number), 0))
        for row in poll.candidates.order_by("number")
        if row.person_id
    ]
    result = terms.Result(
        body=asked.decides.body,
        by_election=by_election,
        held_on=days.business_day(min(poll.closes_at, at)),
        years=years,
        entitled=poll.entitled,
        attended=poll.cast or 0,
        seats=poll.seats,
        candidates=standing,
        declared=declared,
    )
    election = terms.record_election(
        actor=actor, at=at, once=poll.once, union_id=poll.union_id, result=result
    )
    poll.election_id = election.pk
    poll.save(update_fields=["election_id"])
    preparing.told(actor, at, "poll.elect", poll)
    return election
