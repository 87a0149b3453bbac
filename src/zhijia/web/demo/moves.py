"""An employer of the other county that moves to the officer's union and waits for the answer, and two members of that
union of whom nothing was heard. Through the services, on the days before the load."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connections

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry import rules
from zhijia.registry.models import Employer, Membership, TransferBatch, Union
from zhijia.registry.services.batches import proposing, working
from zhijia.registry.services.leaving import deciding
from zhijia.web.demo.logins import OFFICER, OTHER_REVIEWER, counties, workers, workplace
from zhijia.web.demo.words import words

ASKED = timedelta(days=2)
SILENT_MONTHS = 8
QUESTIONS = (timedelta(days=40), timedelta(days=4))
"""How long ago each of the silent members was asked: one whose time to answer is over, one who still has some."""
MANY = 40


def make_moves(*, at: datetime) -> None:
    """Propose the move and ask the members, once."""
    if TransferBatch.objects.using("bulk").exists():
        return
    said = words("unions")["work"]
    _move(at - ASKED, said["employer_moves"])
    _silent(at, said["silent"])


def _move(at: datetime, reason: str) -> None:
    here, (_near, far) = workplace(), counties()
    moving = _moving(far)
    if moving is None:
        return
    leaving, employer = moving
    with acting(_actor(OTHER_REVIEWER)) as actor:
        wish = proposing.Wish(
            leaving=leaving, receiving=here, employer=employer, closed=False, reason=reason, once=uuid4()
        )
        batch = proposing.propose(actor=actor, at=at, wish=wish)
    working.work(at=at, batch_id=batch.pk)


def _moving(county: Union) -> tuple[Union, Employer] | None:
    """The last union of the county with an employer of some size, and that employer."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "SELECT p.union_id, p.employer_id FROM registry_person p"
            " JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL AND m.union_id = p.union_id"
            " JOIN registry_union u ON u.id = p.union_id AND u.type = '50' AND u.dissolved_on IS NULL"
            " WHERE p.county_id = %s AND p.employer_id IS NOT NULL GROUP BY 1, 2"
            " ORDER BY count(*) > %s, count(*) DESC, 1 LIMIT 1",
            [county.pk, MANY],
        )
        found = cursor.fetchone()
    return (Union.objects.get(pk=found[0]), Employer.objects.get(pk=found[1])) if found else None


def _silent(at: datetime, said: list[str]) -> None:
    here = workplace()
    since = rules.months_before(days.business_day(at), SILENT_MONTHS)
    ids = [person.pk for person in workers(here, MANY)]
    long_there = Membership.objects.using("bulk").filter(
        person_id__in=ids, union_id=here.pk, valid_to__isnull=True, status="10", valid_from__lte=since
    )
    taken = User.objects.using("bulk").filter(person_id__in=ids).values_list("person_id", flat=True)
    chosen = list(long_there.exclude(person_id__in=list(taken)).order_by("-pk")[: len(QUESTIONS)])
    with acting(_actor(OFFICER)) as officer:
        for held, ago, looked_at in zip(chosen, QUESTIONS, said, strict=False):
            deciding.propose(actor=officer, at=at - ago, membership_id=held.pk, since=since, words=looked_at)


def _actor(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "demo-work", stepped_up=True)
