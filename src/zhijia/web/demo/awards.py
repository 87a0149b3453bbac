"""What the officer's county chooses in the demo: craftsmen who are nominated now, one of them the demo's member who has
not handed in, and small inventions that are being judged; and the province: craftsmen of the year, on whom the public
votes. Through the services, as people do."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import agreeing, judging, nominating, preparing, recommending, voting
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry.models import Membership, Union
from zhijia.web.demo.logins import (
    DEPUTY,
    MEMBER,
    OFFICER,
    OTHER_REVIEWER,
    PROVINCE,
    REVIEWER,
    counties,
    province,
    workplace,
)
from zhijia.web.demo.polls import vote, voters
from zhijia.web.demo.words import words

KEYS = UUID("5a1f6f64-2b0b-4a33-9f5e-8a7f2a9f0c21")
A_DAY = timedelta(days=1)
SHOWN, RECOMMENDED = 2 * A_DAY, 14 * A_DAY
"""After the call opened: names hang at the unit, and the unit recommends."""
GONE_UP, HANGING = 2, 1
"""Craftsmen who are in already, and whose names still hang; the others wait for the officer."""
JUDGES = (PROVINCE, DEPUTY, OTHER_REVIEWER)


def make_awards(*, at: datetime) -> None:
    """Each round once, whole or not at all."""
    there = set(Round.objects.using("bulk").values_list("once", flat=True))
    makers: dict[str, Callable[[dict[str, Any], datetime, UUID], None]] = {
        "craftsman": _craftsmen,
        "small": _small,
        "year": _year,
    }
    for name, make in makers.items():
        once = uuid5(KEYS, name)
        if once not in there:
            with transaction.atomic():
                make(words("choosing")["rounds"][name], at, once)


def _craftsmen(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """A call that is open: some are in, one's name hangs at the unit, some wait; the demo's member writes still."""
    held = _opened(told, at, once)
    crafts = words("choosing")["crafts"]
    for number, (actor, craft) in enumerate(zip(voters(), crafts, strict=False)):
        row = _own(actor, held, held.opens_at + A_DAY, craft)
        with acting(actor):
            nominating.hand_in(actor=actor, at=held.opens_at + A_DAY, nomination_id=row.pk, agreed=True)
        if number < GONE_UP + HANGING:
            shown = held.opens_at + SHOWN if number < GONE_UP else at - A_DAY
            with _as(OFFICER) as officer:
                recommending.show(actor=officer, at=shown, nomination_id=row.pk)
        if number < GONE_UP:
            _recommend(row, held.opens_at + RECOMMENDED)
    user = User.objects.get(login=MEMBER)
    member = Actor(user.pk, "demo", "demo-awards", person_id=user.person_id)
    _own(member, held, at - A_DAY, {"trade": crafts[0]["trade"]})


def _small(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """Results of members, judged by three of whom one has not begun."""
    held = _opened(told, at, once)
    choosing = words("choosing")
    numbers = _numbers(len(choosing["results"]))
    rows = []
    for number, result in zip(numbers, choosing["results"], strict=False):
        when = held.opens_at + A_DAY
        with _as(OFFICER) as officer:
            row = nominating.begin(
                actor=officer, at=when, once=uuid5(once, number), round_id=held.pk, union=workplace(),
                number=number, title=result["title"],
            )  # fmt: skip
            typed = {
                **result,
                "since": f"{days.business_day(when).year - 1}-03-01",
                "safer": "yes",
                "authors": choosing["authors"],
            }
            rows.append(_kept(officer, when, row, typed))
            _agreed(row, when)
        with _as(OFFICER) as officer:
            nominating.hand_in(actor=officer, at=when, nomination_id=row.pk)
        _recommend(row, when)
    _judge(held, JUDGES, by=REVIEWER)
    _scored(held, rows, at)


def _year(told: dict[str, Any], at: datetime, once: UUID) -> None:
    """Craftsmen whom experts put on the shortlist; everybody votes now, some have."""
    held = _opened(told, at, once, by=PROVINCE, union=province())
    rows, people = list[Nomination](), voters()
    for actor, craft, story in zip(
        people, words("choosing")["crafts"], words("choosing")["years"], strict=False
    ):
        row = _own(actor, held, held.opens_at + A_DAY, {"trade": craft["trade"], **story})
        with acting(actor):
            nominating.hand_in(actor=actor, at=held.opens_at + A_DAY, nomination_id=row.pk, agreed=True)
        with _as(OFFICER) as officer:
            recommending.show(actor=officer, at=held.opens_at + SHOWN, nomination_id=row.pk)
        for by in (OFFICER, PROVINCE):
            _recommend(row, held.opens_at + RECOMMENDED, by=by)
        rows.append(row)
    _judge(held, (DEPUTY, REVIEWER, OTHER_REVIEWER), by=PROVINCE)
    for login in (DEPUTY, REVIEWER, OTHER_REVIEWER):
        for row, points in zip(rows, words("choosing")["points"], strict=False):
            with _as(login) as actor:
                said = {"craft": points[0] + 25, "results": points[1] + 10}
                judging.score(actor=actor, at=held.closes_at + A_DAY, nomination_id=row.pk, points=said)
    with _as(PROVINCE) as actor:
        judging.close_stage(actor=actor, at=at - 3 * A_DAY, round_id=held.pk)
        poll = voting.prepare(actor=actor, at=at - 2 * A_DAY, round_id=held.pk)
    for place, actor in enumerate(people):
        marks = {1 + place % len(rows), 1 + place // 2 % len(rows)}
        vote(actor, at - A_DAY, poll, sorted(marks))


def _opened(
    told: dict[str, Any], at: datetime, once: UUID, *, by: str = REVIEWER, union: Union | None = None
) -> Round:
    opens = at - told["opened"] * A_DAY
    with _as(by) as actor:
        made = preparing.make(
            actor=actor, at=opens, once=once, union=union or counties()[0], code=told["code"],
            title=f"{days.business_day(opens).year}年{told['title']}", year=days.business_day(opens).year,
            opens_at=opens, closes_at=at + told["closes"] * A_DAY, budget=told["budget"],
        )  # fmt: skip
        return preparing.open_call(actor=actor, at=opens, round_id=made.pk)


def _own(actor: Actor, held: Round, at: datetime, craft: dict[str, Any]) -> Nomination:
    """Somebody nominates themselves and writes down what they can do."""
    with acting(actor):
        once = uuid5(held.once, str(actor.user_id))
        row = nominating.begin(actor=actor, at=at, once=once, round_id=held.pk)
        return _kept(actor, at, row, {"post": "frontline", **craft})


def _kept(actor: Actor, at: datetime, row: Nomination, typed: dict[str, Any]) -> Nomination:
    nominating.keep(actor=actor, at=at, nomination_id=row.pk, typed=typed, sent={})
    return row


def _recommend(row: Nomination, at: datetime, *, by: str = OFFICER) -> None:
    with _as(by) as officer:
        told = words("choosing")["recommended"]
        recommending.recommend(actor=officer, at=at, nomination_id=row.pk, words=told)


def _agreed(row: Nomination, at: datetime) -> None:
    """Whoever is nominated agrees that the name is shown, masked."""
    user = User.objects.get(person_id=row.person_id)
    with acting(Actor(user.pk, "demo", "demo-awards", person_id=row.person_id)) as member:
        agreeing.agree(actor=member, at=at, nomination_id=row.pk)


def _numbers(many: int) -> list[str]:
    """Member numbers of some who take part in polls, too."""
    people = [actor.person_id for actor in islice(voters(), many) if actor.person_id]
    held = Membership.objects.using("bulk").filter(person_id__in=people, valid_to__isnull=True)
    return list(held.order_by("member_number").values_list("member_number", flat=True))


def _judge(held: Round, logins: Iterable[str], *, by: str) -> None:
    """These judge it; the call is over and judging begins."""
    with _as(by) as actor:
        for login in logins:
            judging.name_judge(actor=actor, at=held.opens_at, round_id=held.pk, who=login)
        judging.begin(actor=actor, at=held.closes_at + A_DAY, round_id=held.pk)


def _scored(held: Round, rows: list[Nomination], at: datetime) -> None:
    """Two judges have scored; one of them lacks the last entry, the third has not begun."""
    points = words("choosing")["points"]
    for judge, login in enumerate(JUDGES[:2]):
        for row, given in list(zip(rows, points, strict=False))[: len(rows) - judge]:
            said = dict(zip(("new", "works", "elsewhere", "safer"), given, strict=True))
            with _as(login) as actor:
                judging.score(actor=actor, at=at - A_DAY, nomination_id=row.pk, points=said)


def _as(login: str) -> Any:
    return acting(Actor(User.objects.get(login=login).pk, "demo", "demo-awards", stepped_up=True))
