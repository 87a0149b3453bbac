"""What the officer's county appraises in the demo: homes that score themselves, stations that have their stars, an
inspection that is being marked, a firm that scores itself. Through the services, as the people at work do."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import entering, judges, marking, opening, publishing, settling, versions
from zhijia.appraisals.services.opening import Task
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Marked
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registers.models import Row
from zhijia.registers.services import lists
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Union
from zhijia.registry.services import representatives
from zhijia.web.demo.logins import DEPUTY, MEMBER, OFFICER, PROVINCE, REVIEWER, counties, workplace
from zhijia.web.demo.words import words

KEYS = UUID("0e7a5d0c-8f6b-4b43-9a52-6c3c2f5d8e11")
CALLED, STATIONS = 4, 2
"""Unions and firms that are called by name, stations by their number."""
MARKED, SETTLED, PUBLISHED = (timedelta(days=number) for number in (20, 24, 30))
"""Days after a run was opened on which its entries are marked, have their result, and are published."""


def make_scorings(*, at: datetime) -> None:
    """Each run once, whole or not at all."""
    there = set(Run.objects.using("bulk").values_list("once", flat=True))
    makers: dict[str, Callable[[dict[str, Any], datetime, UUID], None]] = {
        "homes": _homes,
        "stations": _stations,
        "safety": _safety,
        "firm": _firm,
        "entering": _entering,
    }
    for name, make in makers.items():
        once = uuid5(KEYS, name)
        if once not in there:
            with transaction.atomic():
                make(words("choosing")["scorings"][name], at, once)


def _homes(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """Unions of the county were called; the officer's has begun to score itself."""
    opened = at - timedelta(days=told["opened"])
    run = _run(told, opened, once, "above")
    scheme = versions.definition(run.version)
    mine = workplace()
    near = tree.under(counties()[0].pk).filter(level=Union.Level.GRASSROOTS, dissolved_on__isnull=True)
    others = near.exclude(pk=mine.pk).order_by("pk")[: CALLED - 1]
    own = _call(run, mine.code, opened)
    for union in others:
        _call(run, union.code, opened)
    part = marking.self_part(scheme)
    with _as(OFFICER) as actor:
        for item in scheme.by_part[part.code][:5]:
            _score(actor, at, own, item, 0)


def _stations(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """Stations of the county, marked at the desk and on the spot, with results on public notice."""
    opened = at - timedelta(days=told["opened"])
    run = _run(told, opened, once, "above")
    scheme = versions.definition(run.version)
    kept = lists.ready(str(scheme.of), at=at)
    with _as(REVIEWER):
        rows = Row.objects.filter(register_id=kept.id, union_id=counties()[0].pk, ended_on__isnull=True)
        numbers = [
            str(number) for number in rows.order_by("number").values_list("number", flat=True)[:STATIONS]
        ]
    entries = [_call(run, number, opened) for number in numbers]
    for number, entry in enumerate(entries):
        for part, login in zip(scheme.parts, (DEPUTY, PROVINCE), strict=True):
            _assess(entry, scheme, part, login, opened + MARKED, number)
        with _as(REVIEWER) as actor:
            settling.settle(actor=actor, at=opened + SETTLED, entry_id=entry.pk)
    if entries:
        with _as(REVIEWER) as actor:
            publishing.publish(actor=actor, at=opened + PUBLISHED, run_id=run.pk)


def _safety(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """Firms that are inspected: at one of them the county's own reviewer is half through."""
    opened = at - timedelta(days=told["opened"])
    run = _run(told, opened, once, "above")
    scheme = versions.definition(run.version)
    today = days.business_day(at)
    covers = Coverage.objects.filter(
        union__in=tree.under(counties()[0].pk).filter(dissolved_on__isnull=True),
        valid_from__lte=today,
        valid_to__isnull=True,
    ).exclude(union=workplace())
    codes = (
        covers.exclude(employer__credit_code=None)
        .order_by("pk")
        .values_list("employer__credit_code", flat=True)
    )
    entries = [_call(run, str(code), opened) for code in codes[:CALLED]]
    if not entries:
        return
    part = scheme.parts[0]
    with _as(REVIEWER) as actor:
        judges.name(actor=actor, at=opened, entry_id=entries[0].pk, part=part.code, login=REVIEWER)
    _assess(entries[0], scheme, part, DEPUTY, at, 1)
    with _as(REVIEWER) as actor:
        for item in scheme.by_part[part.code][:8]:
            _mark(actor, at, entries[0], part, item, 0)


def _firm(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """The firm the demo's member acts for was called; its own account has begun to score it."""
    opened = at - timedelta(days=told["opened"])
    run = _run(told, opened, once, "above")
    scheme = versions.definition(run.version)
    with _as(MEMBER) as actor:
        acting_for = representatives.employers(actor, at).first()
    if acting_for is None:
        return
    entry = _call(run, str(acting_for.employer.credit_code), opened)
    part = marking.self_part(scheme)
    with _as(MEMBER) as actor:
        for item in scheme.by_part[part.code][:3]:
            _score(actor, at, entry, item, 1)


def _entering(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """A run that firms enter themselves, open to the one the demo's member acts for."""
    _run(told, at - timedelta(days=told["opened"]), once, "self")


def _run(told: dict[str, Any], at: datetime, once: UUID, begins: str) -> Run:
    year = days.business_day(at).year
    task = Task(
        told["code"], f"{year}年{told['title']}", date(year, 1, 1), date(year, 12, 31), begins,
        self_until=days.business_day(at) + timedelta(days=45),
    )  # fmt: skip
    with _as(REVIEWER) as actor:
        return opening.open_run(actor=actor, at=at, union=counties()[0], task=task, once=once)


def _call(run: Run, text: str, at: datetime) -> Entry:
    with _as(REVIEWER) as actor:
        return entering.call(actor=actor, at=at, run_id=run.pk, text=text)


def _assess(entry: Entry, scheme: Appraisal, part: Marked, login: str, at: datetime, number: int) -> None:
    """Somebody is named for a part of an entry, marks all of it and hands in."""
    with _as(REVIEWER) as actor:
        judges.name(actor=actor, at=at, entry_id=entry.pk, part=part.code, login=login)
    with _as(login) as actor:
        for item in scheme.by_part[part.code]:
            _mark(actor, at, entry, part, item, number)
        marking.hand_over(actor=actor, at=at, entry_id=entry.pk, part=part.code)


def _mark(actor: Actor, at: datetime, entry: Entry, part: Marked, item: Criterion, number: int) -> None:
    """What an assessor gives, with what they saw: at the desk in papers, on a visit on the spot."""
    told: list[str] = words("choosing")["seen"][part.by]
    said, seen = _said(item, number), told[number % len(told)]
    marking.mark(actor=actor, at=at, entry_id=entry.pk, part=part.code, item=item.code, said=said, words=seen)


def _score(actor: Actor, at: datetime, entry: Entry, item: Criterion, number: int) -> None:
    """What the subject says of itself, in words that fit the item."""
    said = _said(item, number)
    marking.score_self(
        actor=actor, at=at, entry_id=entry.pk, item=item.code, said=said, words=_own(item, said)
    )


def _own(item: Criterion, said: str) -> str:
    told: dict[str, str] = words("choosing")["own"]
    if item.figure is not None:
        return told["figure"]
    if item.sort == "steps":
        step = next(step for step in item.steps if step.code == said)
        return told["steps"].format(step=step.label.zh)
    if item.sort == "deduct":
        return told["none"] if said == "0" else told["some"].format(times=said)
    return told["has"] if item.sort == "yes_no" else told["points"].format(item=item.label.zh)


def _said(item: Criterion, number: int) -> str:
    """Most of the points; a little less for those who come later, and nothing that rules out."""
    if item.sort == "yes_no":
        return "yes"
    if item.sort == "deduct":
        return str(number % 2)
    if item.sort == "steps":
        return _better(item)[min(number // 2, len(item.steps) - 1)]
    return str(max(0, item.points - number % 3 * (item.points // 6)))


def _better(item: Criterion) -> Sequence[str]:
    return [step.code for step in sorted(item.steps, key=lambda step: -step.points)]


def _as(login: str) -> Any:
    return acting(Actor(User.objects.get(login=login).pk, "demo", "demo-scorings", stepped_up=True))
