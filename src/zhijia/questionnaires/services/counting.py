"""The ballots are opened, cut, shuffled, counted and published, in one transaction, at the end of which nothing in the
database joins a line to a voter: the box is empty, the secret destroyed, and every row made here is as old as the
others (ADR 0023)."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires import rules, versions
from zhijia.questionnaires.envelopes import Opener
from zhijia.questionnaires.models import Poll, Voter
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.rules import FOR, Line
from zhijia.questionnaires.services import papers, preparing, promises
from zhijia.registry import access
from zhijia.registry.models import Union

TEXTS = frozenset({"text", "long_text"})
_HERE = """
UPDATE questionnaires_voter v SET way = 'here' WHERE v.poll_id = %s AND v.way = '' AND v.person_id = ANY (%s::uuid[])"""
_STRIPS = """
INSERT INTO questionnaires_strip (poll_id, id, question, item, said, open)
SELECT %s, s.* FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::boolean[]) s"""
_RECEIPTS = """
INSERT INTO questionnaires_receipt (poll_id, id, code) SELECT %s, r.* FROM unnest(%s::uuid[], %s::text[]) r"""
CHUNK = 20_000


def count(*, actor: Actor, at: datetime, poll_id: int) -> Poll:
    """Close the poll and count it. Raises Refusal before its end while somebody can still vote, and where papers are
    not counted by two who agree. A poll that is counted is answered as it stands."""
    poll = preparing.locked(poll_id)
    actor = access.require(actor, preparing.HOLD, poll.union_id)
    if poll.state == Poll.State.COUNTED:
        return poll
    if poll.state != Poll.State.OPEN:
        raise Refusal("poll_not_open", _("This poll was never open, or it was stopped."))
    taken = box.take_out(poll.pk)
    handed = poll.voters.filter(way=Voter.Way.PAPER).count()
    if at < poll.closes_at and not (poll.entitled and len(taken) + handed >= poll.entitled):
        raise Refusal(
            "still_open",
            _("It is open until %(until)s, and not everybody has voted. Count it then.")
            % {"until": poll.closes_at.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")},
        )
    asked, opener = versions.definition(poll.version), box.opener(poll.pk)
    assert opener is not None
    paper = papers.agreed(poll, handed)
    voted = {slot for slot, _closed in taken}
    roll = _roll(poll, opener)
    _refuse_strays(poll, roll, voted)
    said, used = _opened(opener, taken)
    strips = _strips(asked, said)
    rows = [(str(key), line[0], line[1], line[2]) for key, line, open_ in strips if open_]
    poll.digest = rules.digest(rules.published(rows))
    poll.cast = len(taken) + paper.papers
    poll.result = _result(poll, asked, rules.added(said, paper.said), len(taken), paper, at)
    if made := poll.slips.count():
        poll.result["slips"] = {"made": made, "used": used}
    poll.state, poll.counted_at, poll.counted_by = Poll.State.COUNTED, at, actor.user_id
    with promises.kept():
        poll.save(
            update_fields=["digest", "cast", "result", "state", "counted_at", "counted_by"],
        )
        _publish(poll, strips, opener.receipts(list(voted)))
        _mark(poll, [person for slot, person in roll.items() if slot in voted])
        box.burn(poll.pk)
    _facts(poll, asked, at)
    preparing.told(actor, at, "poll.count", poll, cast=poll.cast, digest=poll.digest)
    return poll


def count_ended(*, at: datetime) -> int:
    """Count what has ended, each as the officer who opened it, in a transaction of its own; how many were counted. One
    that waits for its papers, or whose officer has gone, waits for an officer."""
    ended = Poll.objects.filter(state=Poll.State.OPEN, closes_at__lte=at).select_related("version")
    counted = 0
    for poll in ended.order_by("closes_at", "pk"):
        if not versions.definition(poll.version).is_counted:
            continue
        with suppress(Refusal), acting(Actor(poll.opened_by, "job", f"count-{poll.pk}")) as actor:
            counted += count(actor=actor, at=at, poll_id=poll.pk).counted_at == at
    return counted


def _opened(opener: Opener, taken: Sequence[tuple[UUID, bytes]]) -> tuple[list[Line], int]:
    """The lines of all ballots, and how many of these came by a slip."""
    said, by_slip = list[Line](), 0
    for slot, closed in taken:
        answers = opener.open(slot, closed)
        by_slip += answers.pop(rules.BY_SLIP, False)
        said += rules.lines(answers)
    return said, by_slip


def _strips(asked: Questionnaire, said: Sequence[Line]) -> list[tuple[UUID, Line, bool]]:
    """The lines with a random id each, in the order of the ids: neither says which ballot, nor which came first. Random
    through and through: an id that knew the time would know the order."""
    hidden = {question.name for question in asked.questions if question.type in TEXTS}
    made = [(UUID(bytes=secrets.token_bytes(16), version=4), line, line[0] not in hidden) for line in said]
    return sorted(made, key=lambda one: one[0])


def _publish(poll: Poll, strips: Sequence[tuple[UUID, Line, bool]], receipts: Sequence[str]) -> None:
    """The lines and the receipts, each in the order of their random ids, some thousands in a statement."""
    for start in range(0, len(strips), CHUNK):
        rows = [(key, *line, open_) for key, line, open_ in strips[start : start + CHUNK]]
        statements.run(_STRIPS, [poll.pk, *map(list, zip(*rows, strict=True))])
    made = sorted((UUID(bytes=secrets.token_bytes(16), version=4), code) for code in receipts)
    for start in range(0, len(made), CHUNK):
        statements.run(_RECEIPTS, [poll.pk, *map(list, zip(*made[start : start + CHUNK], strict=True))])


def _roll(poll: Poll, opener: Opener) -> dict[UUID, UUID]:
    """Everybody on the roll, by the place of their ballot."""
    people = list(poll.voters.order_by("person_id").values_list("person_id", flat=True))
    return dict(zip(opener.slots([f"person:{person}" for person in people]), people, strict=True))


def _refuse_strays(poll: Poll, roll: Mapping[UUID, UUID], slots: set[UUID]) -> None:
    """Raises Refusal where the box holds a ballot of nobody on the roll: somebody wrote into the database by hand."""
    strays = slots - roll.keys()
    if poll.entitled and strays:
        raise Refusal(
            "stray_ballots",
            _(
                "%(many)s ballots in the box belong to nobody on the roll. Nothing is counted. Tell the auditor."
            )
            % {"many": len(strays)},
        )


def _mark(poll: Poll, here: Sequence[UUID]) -> None:
    """Write down who took part: in one statement, now that what they voted cannot be told any more."""
    with connection.cursor() as cursor:
        cursor.execute(_HERE, [poll.pk, list(here)])


def _result(
    poll: Poll,
    asked: Questionnaire,
    counts: Mapping[Line, int],
    here: int,
    paper: papers.Papers,
    at: datetime,
) -> dict[str, Any]:
    """What the poll says, as data: every line with its count, and where it decides, who is elected and what passed."""
    said: dict[str, Any] = {
        "here": here,
        "papers": paper.papers,
        "invalid": paper.invalid,
        "paper": paper.said,
        "lines": [[*line, many] for line, many in sorted(counts.items())],
    }
    if asked.decides is None:
        return said
    day, division = days.business_day(at), Union.objects.get(pk=poll.union_id).division
    quorum, majority = (
        tuple(parameters.value(key, division=division, day=day))
        for key in (asked.decides.quorum, asked.decides.majority)
    )
    stands = rules.stands(
        entitled=poll.entitled,
        attended=here + paper.papers,
        quorum=quorum,
        majority=majority,
        of=asked.decides.of,
    )
    said |= {
        "quorum": list(quorum),
        "majority": list(majority),
        "of": asked.decides.of,
        "stands": stands.quorum,
    }
    said |= {"needed": stands.needed, "ties": asked.decides.ties, "decided": {}}
    for question in asked.questions:
        if question.type == "candidates":
            votes = {
                str(number): counts.get((question.name, str(number), FOR), 0)
                for number in poll.candidates.order_by("number").values_list("number", flat=True)
            }
            draw = poll.digest if asked.decides.ties == "draw" else ""
            result = rules.won(votes, seats=poll.seats, needed=stands.needed, draw=draw)
            chosen, tied = (list(result.elected), list(result.tied)) if stands.quorum else ([], [])
            said["decided"][question.name] = {"elected": chosen, "tied": tied, "drawn": result.drawn}
        else:
            passed = stands.quorum and counts.get((question.name, "", question.passes), 0) >= stands.needed
            said["decided"][question.name] = {"passed": passed}
    return said


def _facts(poll: Poll, asked: Questionnaire, at: datetime) -> None:
    """How many were asked and took part. Never who: a fact of a vote has no person."""
    day = days.business_day(at)
    told = [("poll.asked", poll.entitled), ("poll.answered", poll.cast or 0)]
    facts.record(
        [
            NewFact(
                kind=kind, union_id=poll.union_id, county_id=poll.county_id, day=day, record="poll", record_id=poll.pk,
                quantity=many, dimensions={"sort": asked.sort, "questionnaire": asked.code},
            )
            for kind, many in told
            if many
        ]
    )  # fmt: skip
