"""A stage the public votes on: a poll whose candidates are the entries, and their votes as points of a hundred."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round, Standing
from zhijia.appraisals.rules.rounds import scores
from zhijia.appraisals.services.rounds import holding, promises, showing
from zhijia.catalogue import parameters
from zhijia.catalogue.round_rules import Stage
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.rules import FOR
from zhijia.questionnaires.services import preparing
from zhijia.registry.models import Union


def prepare(*, actor: Actor, at: datetime, round_id: int) -> Poll:
    """The poll of the stage, with every entry that is still in as a candidate, shown as in a notice: a person's name is
    masked, as they agreed to; open. Twice is once; one that was stopped is held anew. Raises Refusal while somebody who
    stands in it has not agreed that their name is shown (PI-03)."""
    held = holding.held(actor, round_id, Round.State.JUDGING)
    found, stage = held.round, held.asked.stage(held.round.stage)
    if not stage.questionnaire:
        raise Refusal("no_vote_here", _("Nobody votes in this stage: judges score it."))
    there = held_for(found, stage)
    if there is not None:
        return there
    rows = list(
        Nomination.objects.filter(
            standing__round=found, standing__out_at="", state=Nomination.State.IN
        ).order_by("number")
    )
    if held.asked.notices:
        showing.refuse_not_agreed(rows)
    asked = versions.definition(versions.in_force(stage.questionnaire, at=at, day=days.business_day(at)))
    lasts = timedelta(
        days=parameters.value(asked.days, division=held.union.division, day=days.business_day(at))
    )
    poll = preparing.make(
        actor=actor, at=at, once=_key(found, stage), union=held.union,
        code=asked.code, title=f"{found.title} · {stage.label}"[:120], opens_at=at, closes_at=at + lasts,
    )  # fmt: skip
    entries: dict[str, str] = {}
    names = dict(Union.objects.filter(pk__in={row.union_id for row in rows}).values_list("pk", "name"))
    for row in rows:
        line = showing.line(held.asked, row, names)
        about = "，".join([line["union"], *line["said"]])
        stands = preparing.add_candidate(
            actor=actor, at=at, poll_id=poll.pk, name=line["name"], about=about[:300]
        )
        entries[str(stands.number)] = str(row.pk)
    preparing.open_poll(actor=actor, at=at, poll_id=poll.pk)
    found.polls = {**found.polls, stage.code: {"poll": poll.pk, "entries": entries}}
    with promises.kept():
        found.save(update_fields=["polls"])
    holding.told(held.actor, at, "round.vote", found, stage=stage.code, entries=len(entries))
    return poll


def held_for(found: Round, stage: Stage) -> Poll | None:
    """The public vote of this stage; none where it was not opened yet, or was stopped."""
    kept = found.polls.get(stage.code)
    polls = Poll.objects.exclude(state=Poll.State.STOPPED)
    return polls.filter(pk=kept["poll"]).first() if kept else None


def points(found: Round, stage: Stage, standings: Mapping[UUID, Standing]) -> dict[UUID, dict[str, object]]:
    """What the vote gave each entry, of a hundred. Raises Refusal until it is counted."""
    kept = found.polls.get(stage.code)
    poll = Poll.objects.filter(pk=kept["poll"], state=Poll.State.COUNTED).first() if kept else None
    if kept is None or poll is None:
        raise Refusal("vote_not_counted", _("The public vote of this stage is not counted yet."))
    many: dict[str, int] = dict.fromkeys(kept["entries"].values(), 0)
    for _question, item, said, votes in poll.result.get("lines", ()):
        if said == FOR and item in kept["entries"]:
            many[kept["entries"][item]] += votes
    given = scores.of_votes({str(key): many.get(str(key), 0) for key in standings})
    return {
        UUID(key): {"of": [part.numerator, part.denominator], "votes": many.get(key, 0)}
        for key, part in given.items()
    }


def _key(found: Round, stage: Stage) -> UUID:
    """The same for the same vote; another one after a vote that was stopped."""
    before = found.polls.get(stage.code, {}).get("poll", "")
    return uuid5(NAMESPACE_URL, f"round {found.pk} {stage.code} {before}")
