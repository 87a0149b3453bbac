"""What is due with an employer's move: its lines are made, ended and moved in pieces, each a transaction of its own.

On `bulk`, about one proposal at a time, whose row is held: begun again after a stop, or twice at once, it goes on where
it was and does nothing twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.notices import many as told_together
from zhijia.notices import services as notices
from zhijia.registry.models import Membership, TransferBatch, Union
from zhijia.registry.services.reorganisations import moving

PIECE = 2_000
"""Members in one transaction: their rows are held while it runs."""
State = TransferBatch.State

_HOLD = """
SELECT p.id FROM registry_person p WHERE p.union_id = %(leaving)s AND p.employer_id = %(employer)s
  AND (%(chosen)s::uuid[] IS NULL OR p.id = ANY (%(chosen)s)) AND (%(after)s::uuid IS NULL OR p.id > %(after)s)
ORDER BY p.id LIMIT %(piece)s FOR UPDATE"""
_FOUND = """
CREATE TEMP TABLE batch_found ON COMMIT DROP AS
SELECT f.*, gen_random_uuid() AS transfer_id
FROM registry_followers(%(leaving)s, %(employer)s, %(held)s::uuid[], NULL, NULL) f"""
_LINES = """
INSERT INTO registry_transfer_leg
  (transfer_id, side, person_id, name, state, origin, asked_at, due_on, object_until, union_id, county_id, reason,
   batch_id)
SELECT f.transfer_id, s.side, f.person_id, CASE WHEN s.side = 'out' OR %(named)s THEN f.name ELSE '' END,
  CASE WHEN f.obstacle = '' THEN 'pending' ELSE 'skipped' END, 'employer', %(asked)s, %(due)s, %(until)s,
  s.union_id, s.county_id, f.obstacle, %(batch)s
FROM batch_found f
JOIN (VALUES ('out', %(leaving)s, %(leaving_county)s), ('in', %(receiving)s, %(receiving_county)s))
  AS s (side, union_id, county_id) ON s.side = 'out' OR f.obstacle = ''"""
_COUNTED = """
SELECT coalesce(array_agg(person_id) FILTER (WHERE obstacle = ''), '{}'), count(*) FILTER (WHERE obstacle <> '')
FROM batch_found"""
_REFUSED = """
SELECT r.person_id, r.transfer_id, r.reason FROM registry_transfer_leg r
JOIN registry_transfer_leg w ON w.transfer_id = r.transfer_id AND w.side <> r.side
  AND w.state IN ('pending', 'approved')
WHERE r.batch_id = %(batch)s AND r.side = %(side)s AND r.state = 'refused' ORDER BY r.person_id LIMIT %(piece)s"""
_CALLED_OFF = """
SELECT l.person_id, l.transfer_id, '' FROM registry_transfer_leg l
WHERE l.batch_id = %(batch)s AND l.side = 'out' AND l.state IN ('pending', 'approved')
ORDER BY l.person_id LIMIT %(piece)s"""
_CANCEL = """
UPDATE registry_transfer_leg SET state = 'cancelled', decided_at = %(at)s
WHERE transfer_id = ANY (%(transfers)s) AND state IN ('pending', 'approved')"""
_READY = """
SELECT o.person_id, o.transfer_id, o.union_id, i.union_id FROM registry_transfer_leg o
JOIN registry_transfer_leg i ON i.transfer_id = o.transfer_id AND i.side = 'in'
WHERE o.batch_id = %(batch)s AND o.side = 'out' AND o.state IN ('pending', 'approved')
  AND i.state IN ('pending', 'approved') AND 'pending' IN (o.state, i.state)
ORDER BY o.person_id LIMIT %(piece)s"""
_HOLD_PEOPLE = "SELECT FROM registry_person WHERE id = ANY (%(people)s) ORDER BY id FOR UPDATE"
_AGREE = """
UPDATE registry_transfer_leg l SET state = 'approved', decided_at = coalesce(l.decided_at, %(at)s), name = p.name
FROM registry_person p WHERE l.transfer_id = ANY (%(transfers)s) AND p.id = l.person_id"""


def work(*, at: datetime, batch_id: UUID) -> TransferBatch:
    """Do everything that is due with this proposal today; as it stands then."""
    while _piece(at, batch_id):
        pass
    with whole():
        return TransferBatch.objects.using("bulk").get(pk=batch_id)


def work_due(*, at: datetime) -> int:
    """Do what is due with every proposal: those begun and not gone on with, and those whose term to object has ended;
    how many there were."""
    today = days.business_day(at)
    with whole():
        rows = TransferBatch.objects.using("bulk").filter(ended_at__isnull=True).exclude(state=State.OPEN)
        due = list(
            rows.exclude(state=State.ANSWERED, object_until__gte=today)
            .order_by("asked_at", "pk")
            .values_list("pk", flat=True)
        )
    for batch_id in due:
        work(at=at, batch_id=batch_id)
    return len(due)


def _piece(at: datetime, batch_id: UUID) -> bool:
    """The next piece, in one transaction; whether there may be more to do."""
    with whole() as cursor:
        batch = TransferBatch.objects.using("bulk").select_for_update().get(pk=batch_id)
        if batch.state == State.PREPARING:
            return _prepare(cursor, batch, at)
        if batch.state == State.OPEN or batch.ended_at is not None:
            return False
        if _end_lines(cursor, batch, at):
            return True
        if batch.state == State.ANSWERED:
            if days.business_day(at) <= batch.object_until:
                return False
            if _move(cursor, batch, at):
                return True
            batch.state = State.DONE
        batch.ended_at = at
        batch.save(using="bulk", update_fields=["state", "ended_at"])
        _finish(at, batch)
    if batch.state in {State.DONE, State.REFUSED}:
        _tell_proposer(at, batch)
    return False


def _prepare(cursor: Any, batch: TransferBatch, at: datetime) -> bool:
    """Make the lines of the next members, and ask them; whether it was a piece, or the last."""
    values: dict[str, Any] = {
        "batch": batch.pk,
        "leaving": batch.union_id,
        "leaving_county": batch.county_id,
        "receiving": batch.other_union_id,
        "receiving_county": batch.other_county_id,
        "employer": batch.employer_id,
        "chosen": batch.chosen,
        "after": batch.after,
        "asked": batch.asked_at,
        "due": batch.due_on,
        "until": batch.object_until,
        "named": batch.side == "out",
        "piece": PIECE,
    }
    cursor.execute(_HOLD, values)
    held = [person_id for (person_id,) in cursor.fetchall()]
    if not held:
        batch.state = State.OPEN
        batch.save(using="bulk", update_fields=["state"])
        return False
    cursor.execute(_FOUND, values | {"held": held})
    cursor.execute(_LINES, values)
    cursor.execute(_COUNTED)
    asked, skipped = cursor.fetchone()
    told_together.tell(
        at=at,
        kind="batch_closed_asked" if batch.closed else "batch_asked",
        values={
            "union": _name(batch.other_union_id),
            "employer": batch.employer.name,
            "until": batch.object_until,
        },
        person_ids=asked,
        link="registry:my_data",
        reason="transfer",
    )
    batch.after, batch.lines, batch.skipped = held[-1], batch.lines + len(asked), batch.skipped + skipped
    batch.save(using="bulk", update_fields=["after", "lines", "skipped"])
    return True


def _end_lines(cursor: Any, batch: TransferBatch, at: datetime) -> bool:
    """End the other legs of lines that were refused, or all when the whole was taken back; the members are told."""
    values = {"batch": batch.pk, "side": batch.answering, "piece": PIECE, "at": at}
    cursor.execute(_CALLED_OFF if batch.state == State.WITHDRAWN else _REFUSED, values)
    lines = cursor.fetchall()
    if not lines:
        return False
    _hold(cursor, [person_id for person_id, *_more in lines])
    cursor.execute(_CANCEL, {"transfers": [transfer for _person, transfer, _reason in lines], "at": at})
    by_reason: dict[str, list[UUID]] = {}
    for person_id, _transfer, reason in lines:
        by_reason.setdefault(reason, []).append(person_id)
    for reason, people in by_reason.items():
        told_together.tell(
            at=at,
            kind="batch_refused" if reason else "batch_withdrawn",
            values={"employer": batch.employer.name} | ({"reason": reason} if reason else {}),
            person_ids=people,
            link="registry:my_data",
            reason="transfer",
        )
    return True


def _move(cursor: Any, batch: TransferBatch, at: datetime) -> bool:
    """Move the next members to whom both sides agreed and who did not object; whether there were any. One whose
    membership has ended meanwhile is left where it ended."""
    cursor.execute(_READY, {"batch": batch.pk, "piece": PIECE})
    ready = cursor.fetchall()
    if not ready:
        return False
    _hold(cursor, [person_id for person_id, *_more in ready])
    cursor.execute(_READY, {"batch": batch.pk, "piece": PIECE})
    ready = cursor.fetchall()
    cursor.execute(_AGREE, {"transfers": [transfer for _person, transfer, *_unions in ready], "at": at})
    ways: dict[tuple[int, int], list[UUID]] = {}
    for person_id, _transfer, leaving, coming in ready:
        ways.setdefault((leaving, coming), []).append(person_id)
    for (leaving, coming), people in ways.items():
        batch.moved += moving.members(
            cursor,
            source=Union.objects.using("bulk").get(pk=leaving),
            target=Union.objects.using("bulk").get(pk=coming),
            people=people,
            day=days.business_day(at),
            at=at,
            run_id=batch.pk,
            reason="employer_closed" if batch.closed else "employer_moved",
            status=Membership.Status.RETAINED_UNIT_CLOSED if batch.closed else "",
        )
    batch.save(using="bulk", update_fields=["moved"])
    return True


def _hold(cursor: Any, people: Sequence[UUID]) -> None:
    """Hold the people before anything of theirs, as everybody does who moves them or answers for them."""
    cursor.execute(_HOLD_PEOPLE, {"people": list(people)})


def _finish(at: datetime, batch: TransferBatch) -> None:
    """One line on the trail at either union, with what came of it; each fact names this proposal as its run."""
    sides = ((batch.union_id, batch.county_id), (batch.other_union_id, batch.other_county_id))
    for union_id, county_id in sides:
        audit.record(
            actor=Actor(batch.user_id, "job", str(batch.pk)),
            at=at,
            action="transfer_batch.end",
            subject="transfer_batch",
            subject_id=batch.pk,
            place=audit.Place(union_id, county_id),
            detail={
                "state": batch.state,
                "lines": batch.lines,
                "moved": batch.moved,
                "skipped": batch.skipped,
            },
            using="bulk",
        )


def _tell_proposer(at: datetime, batch: TransferBatch) -> None:
    """What came of it, or why the other side said no. Who takes it back themselves knows."""
    done: dict[str, object] = {"moved": batch.moved, "lines": batch.lines}
    no: dict[str, object] = {"union": _name(batch.answering_union), "reason": batch.answer}
    refused = batch.state == State.REFUSED
    actor = Actor(batch.user_id, "job", str(batch.pk))
    with acting(actor):
        notices.send(
            actor=actor,
            at=at,
            to_user=batch.user_id,
            kind="batch_turned_down" if refused else "batch_done",
            values={"employer": batch.employer.name, **(no if refused else done)},
            link=f"/transfers/together/{batch.pk}/",
            reason="transfer",
        )


def _name(union_id: int) -> str:
    return Union.objects.using("bulk").values_list("name", flat=True).get(pk=union_id)
