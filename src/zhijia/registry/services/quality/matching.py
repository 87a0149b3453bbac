"""Asking an authority, in batches, whether name and number of members belong together (MEM-14), for those who agreed.

A batch is asked outside any transaction and written in one: killed in between it is asked again under the same key and
changes nothing twice.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.catalogue import parameters, ports, purposes
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NeedsStepUp, Refusal
from zhijia.registry import access, authority
from zhijia.registry.models import AuthorityRun, Union
from zhijia.vault import services as vault

JOB = "registry.match_with_authority"
PURPOSE = "match_with_authority"
RULE = "authority_mismatch"
NUMBER = "registry_person.id_number"
FIRST_PAUSE = 0.5
State = AuthorityRun.State
_NEXT = """
SELECT p.id, p.name, p.union_id, m.county_id, a.digest
FROM registry_person p
JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
JOIN registry_union u ON u.id = p.union_id AND u.tree_left >= %(left)s AND u.tree_left < %(right)s
JOIN registry_consent c ON c.person_id = p.id AND c.purpose = %(purpose)s AND c.withdrawn_at IS NULL
LEFT JOIN registry_authority_answer a ON a.person_id = p.id AND a.said <> 'unknown'
WHERE p.real_name_level IN (0, 1) AND (%(after)s::uuid IS NULL OR p.id > %(after)s)
ORDER BY p.id LIMIT %(most)s"""
_ANSWERS = """
INSERT INTO registry_authority_answer (person_id, digest, said, run_id, at, union_id, county_id)
SELECT a.person_id, a.digest, a.said, %(run)s, %(at)s, p.union_id, p.county_id
FROM unnest(%(people)s::uuid[], %(digests)s::text[], %(said)s::text[]) AS a (person_id, digest, said)
JOIN registry_person p ON p.id = a.person_id
ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest, said = excluded.said, run_id = excluded.run_id,
  at = excluded.at, union_id = excluded.union_id, county_id = excluded.county_id"""
_RAISE = """
UPDATE registry_person p SET real_name_level = 2, changed_at = %(at)s,
  sources = p.sources || jsonb_build_object('real_name_level', jsonb_build_array('authority', %(today)s::text))
WHERE p.id = ANY (%(people)s) AND p.real_name_level IN (0, 1)"""
_CLEAR = """
UPDATE registry_quality_issue i SET state = 'cleared', closed_at = %(at)s
WHERE i.person_id = ANY (%(people)s) AND i.rule IN (%(rule)s, 'real_name_none') AND i.state <> 'cleared'"""
_OPEN = """
INSERT INTO registry_quality_issue AS i (rule, person_id, union_id, county_id, state, opened_at, reason)
SELECT %(rule)s, p.id, p.union_id, coalesce(p.county_id, p.union_id), 'open', %(at)s, '' FROM registry_person p
WHERE p.id = ANY (%(people)s)
ON CONFLICT (person_id, rule) WHERE person_id IS NOT NULL DO UPDATE
SET state = 'open', opened_at = excluded.opened_at, closed_at = NULL, closed_by = NULL, reason = ''
WHERE i.state IN ('cleared', 'accepted')"""


class _Asked(NamedTuple):
    person_id: UUID
    digest: str


def ask_authority(*, actor: Actor, at: datetime, key: UUID, union_id: int) -> AuthorityRun:
    """Have members at and under the union who agreed to it, and are not matched yet, asked about: a job does it.
    The same key again answers the run there is. Needs step-up; one run a union at a time."""
    actor = access.require(actor, "quality.match", union_id)
    if not actor.stepped_up:
        raise NeedsStepUp("step_up", _("Give your password once more."))
    union = Union.objects.select_for_update().get(pk=union_id)
    known = AuthorityRun.objects.filter(key=key).first()
    if known is not None:
        return known
    if not available():
        raise Refusal("no_authority", _("No authority is connected. Ask your system administrator."))
    if AuthorityRun.objects.filter(union_id=union_id, state__in=(State.WAITING, State.RUNNING)).exists():
        raise Refusal("run_waits", _("A check for this union is running already. Wait for its end."))
    run = AuthorityRun.objects.create(
        key=key,
        union_id=union_id,
        county_id=union.stands_in,
        user_id=actor.user_id,
        asked_at=at,
        moved_at=at,
    )
    _trail(actor, at, "authority.ask", run)
    _defer(run)
    return run


def go_on(*, actor: Actor, at: datetime, run_id: int) -> AuthorityRun:
    """Begin a stopped run again where it was."""
    run = AuthorityRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise Refusal("no_such_run", _("There is no such check at your union."))
    access.require(actor, "quality.match", run.union_id)
    if run.state == State.STOPPED:
        run.state, run.failure, run.moved_at = State.WAITING, "", at
        run.save(update_fields=["state", "failure", "moved_at"])
        _defer(run)
    return run


def available() -> bool:
    """Whether an office can be asked."""
    return ports.answered(authority.PORT) and bool(authority.address())


def work(*, at: datetime, run_id: int) -> AuthorityRun:
    """Do a run to its end, or until the office stays away: then it is stopped, and can go on. Done already, it stays
    as it is; two at once do each batch once."""
    today = days.business_day(at)
    most = parameters.value("quality.match_at_once", day=today)
    tries = parameters.value("quality.match_tries", day=today)
    wait = parameters.value("quality.match_wait_seconds", day=today)
    while True:
        with whole():
            run = AuthorityRun.objects.using("bulk").get(pk=run_id)
            if run.state in (State.DONE, State.STOPPED):
                return run
            batch, last = _next(run, most)
        if last is None:
            return _end(run, at, State.DONE)
        said = _ask_patiently(batch, f"{run.key}:{run.after or ''}", tries=tries, wait=wait)
        if said is None:
            return _end(run, at, State.STOPPED, "away")
        _write(run, batch, said, last, at)


def _next(run: AuthorityRun, most: int) -> tuple[list[_Asked], UUID | None]:
    """The next members to ask about with the digest of name and number, and the last one looked at. Who was answered
    about with the same name and number is left out. The numbers are opened here and go nowhere."""
    union = Union.objects.using("bulk").get(pk=run.union_id)
    with whole() as cursor:
        cursor.execute(
            _NEXT,
            {
                "left": union.tree_left,
                "right": union.tree_right,
                "purpose": purposes.get(PURPOSE).code,
                "after": run.after,
                "most": most,
            },
        )
        rows = cursor.fetchall()
    numbers = vault.read_many_inside(NUMBER, [row[0] for row in rows])
    batch = []
    for person_id, name, _union, _county, answered in rows:
        if person_id in numbers:
            digest = vault.digest(authority.PORT, f"{numbers[person_id]}|{name}")
            if digest != answered:
                batch.append(_Asked(person_id, digest))
    return batch, rows[-1][0] if rows else None


def _ask_patiently(batch: Sequence[_Asked], key: str, *, tries: int, wait: float) -> list[str] | None:
    """What the office says of each, in order; None when it stayed away each time. The reference of a person is made
    for this one question."""
    if not batch:
        return []
    references = {str(uuid4()): asked.digest for asked in batch}
    for turn in range(tries):
        if turn:
            time.sleep(FIRST_PAUSE * 2 ** (turn - 1))
        try:
            said: dict[str, str] = ports.call(authority.PORT, references, key=key, wait=wait)
        except authority.Away:
            continue
        return [said[reference] for reference in references]
    return None


def _write(run: AuthorityRun, batch: Sequence[_Asked], said: Sequence[str], last: UUID, at: datetime) -> None:
    """Levels, issues, answers and how far the run is, in one transaction; nothing when another was quicker."""
    with whole() as cursor:
        held = AuthorityRun.objects.using("bulk").select_for_update().get(pk=run.pk)
        if held.after != run.after or held.state in (State.DONE, State.STOPPED):
            return
        values: dict[str, Any] = {
            "at": at,
            "today": days.business_day(at).isoformat(),
            "rule": RULE,
            "run": run.pk,
        }
        answers = list(zip(batch, said, strict=True))
        people = {
            kind: [asked.person_id for asked, what in answers if what == kind] for kind in authority.SAID
        }
        cursor.execute(
            _ANSWERS,
            {
                **values,
                "people": [asked.person_id for asked in batch],
                "digests": [asked.digest for asked in batch],
                "said": list(said),
            },
        )
        cursor.execute(_RAISE, {**values, "people": people["match"]})
        cursor.execute(_CLEAR, {**values, "people": people["match"]})
        cursor.execute(_OPEN, {**values, "people": people["differ"]})
        held.state, held.after, held.moved_at = State.RUNNING, last, at
        held.sent += len(batch)
        held.matched += len(people["match"])
        held.differed += len(people["differ"])
        held.unknown += len(people["unknown"])
        held.save(using="bulk")


def _end(run: AuthorityRun, at: datetime, state: str, failure: str = "") -> AuthorityRun:
    """The run is over, or stopped: one line on the trail with what came of it."""
    with whole():
        held = AuthorityRun.objects.using("bulk").select_for_update().get(pk=run.pk)
        if held.state in (State.DONE, State.STOPPED):
            return held
        held.state, held.failure, held.ended_at = state, failure, at
        held.save(using="bulk", update_fields=["state", "failure", "ended_at"])
        actor = Actor(held.user_id, "job", f"authority-{held.pk}")
        _trail(actor, at, "authority.run" if state == State.DONE else "authority.stop", held, using="bulk")
    return held


def _defer(run: AuthorityRun) -> None:
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(run_id=run.pk)


def _trail(actor: Actor, at: datetime, action: str, run: AuthorityRun, using: str = "default") -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="authority_run",
        subject_id=run.pk,
        place=audit.Place(run.union_id, run.county_id),
        detail={
            "purpose": PURPOSE,
            "sent": run.sent,
            "matched": run.matched,
            "differed": run.differed,
            "unknown": run.unknown,
        },
        using=using,
    )
