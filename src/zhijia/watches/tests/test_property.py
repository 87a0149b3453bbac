"""Whatever changes, and however: after the job what is kept of every rule is what the rule says of everybody."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections, transaction

from zhijia.catalogue import definitions
from zhijia.kernel.context import whole
from zhijia.kernel.ids import new_id
from zhijia.registry.models import Card, Consent, Coverage, Employer, Membership, Person, Post, Union
from zhijia.registry.tests import world as worlds
from zhijia.watches import hearing, plans, verify
from zhijia.watches.services import keeping
from zhijia.watches.tests import world as ours
from zhijia.watches.tests.world import AT

TEXTS = {
    "field": ("person", 'person.work_status == "04" && person.membership.status in ["10", "11"]'),
    "known": ("person", "!has(person.occupation) && person.migrant"),
    "card": ("person", "person.card && !has(person.membership)"),
    "employer": ("person", 'person.employer.staff_count >= param("quality.retired_men") + 40'),
    "cover": ("person", "person.employer.coverages.exists(c, c.union.level == 6 && !has(c.valid_to))"),
    "place": ("person", 'person.union.division.startsWith("340103") && person.sex == "2"'),
    "past": ("person", 'person.memberships.exists(m, m.status == "40")'),
    "age": ("person", 'years(person.born_on, today) >= param("quality.retired_men")'),
    "consent": ("person", 'person.skill in ["01", "02"]'),
    "posts": ("union", 'union.posts.exists(p, p.kind == "01" && !has(p.ended_on) && p.term_to < today)'),
    "members": ("union", 'union.members.exists(m, m.work_status == "03")'),
    "size": ("union", "size(union.memberships) >= 3 && union.county.staff_count != 7"),
    "covers": ("union", "union.coverages.exists(c, c.employer.platform)"),
}
RULES = {
    f"test.{name}": ours.rule(
        f"test.{name}", text, subject=subject, purpose="employment_facts" if name == "consent" else "register"
    )
    for name, (subject, text) in TEXTS.items()
}
WATCHES = [ours.watch(f"test_{name}", f"test.{name}") for name in TEXTS]
STEPS = 8
"""What happens between two runs of the job."""


class Play:
    """A small register in which anything may happen."""

    def __init__(self, seed: int) -> None:
        self.chance, self.day, self.numbers = Random(seed), AT, 60
        with transaction.atomic():
            self.unions = list(worlds.build().unions.values())
        with whole():
            self.employers = [
                Employer.objects.using("bulk").create(
                    name=f"厂{number}", division="340103", staff_count=80 + 10 * number
                )
                for number in range(4)
            ]
        for _number in range(14):
            self.new_person()

    def pick(self, model: Any) -> Any:
        rows = list(model.objects.using("bulk").order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def union(self) -> Union:
        return self.chance.choice(self.unions)

    def new_person(self) -> None:
        held = self.chance
        union = self.union()
        ours.person(
            union, work_status=held.choice(["01", "03", "04"]), sex=held.choice("012"),
            skill=held.choice(["", "01", "12"]),
            birth_date=held.choice([None, date(1966, 11, 22), date(1966, 12, 1), date(1990, 2, 28)]),
            employer_id=held.choice([None, *(one.pk for one in self.employers)]), migrant=held.random() < 0.5,
        )  # fmt: skip

    def many(self) -> None:
        for_one = self.union()
        rows = [
            Person(
                id=new_id(),
                name="王禾",
                changed_at=AT,
                work_status="03",
                union_id=for_one.pk,
                county_id=for_one.stands_in,
            )
            for _number in range(6)
        ]
        with whole():
            Person.objects.using("bulk").bulk_create(rows)
            Membership.objects.using("bulk").bulk_create(
                Membership(
                    id=new_id(), person_id=row.pk, member_number=str(row.pk)[-12:], status="10", channel="page",
                    joined_on=AT.date(), valid_from=AT.date(), union_id=for_one.pk, county_id=for_one.stands_in,
                )
                for row in rows
            )  # fmt: skip

    def field(self) -> None:
        one = self.pick(Person)
        column, values = self.chance.choice(
            [
                ("work_status", ["01", "03", "04"]), ("occupation", ["", "fitter"]), ("migrant", [True, False]),
                ("skill", ["", "01"]), ("sex", ["0", "2"]), ("birth_date", [None, date(1966, 11, 25)]),
                ("name", ["赵", "钱"]),
                ("employer_id", [None, self.employers[0].pk, self.employers[3].pk]),
            ]
        )  # fmt: skip
        Person.objects.using("bulk").filter(pk=one.pk).update(**{column: self.chance.choice(values)})

    def everybody(self) -> None:
        Person.objects.using("bulk").filter(union_id=self.union().pk).update(
            work_status=self.chance.choice(["03", "04"])
        )

    def membership(self) -> None:
        one = self.pick(Membership)
        status = "40" if one.valid_to is None else one.status
        Membership.objects.using("bulk").filter(pk=one.pk).update(status=status, valid_to=AT.date())

    def joined_again(self) -> None:
        one = self.pick(Person)
        if not Membership.objects.using("bulk").filter(person_id=one.pk, valid_to=None).exists():
            ours.join(one.pk, self.union())

    def move(self) -> None:
        people = list(Person.objects.using("bulk").values_list("pk", flat=True))
        some, union = self.chance.sample(people, self.chance.choice([1, 5])), self.union()
        with connections["bulk"].cursor() as cursor:
            cursor.execute("SELECT registry_move_people(%s, %s, %s)", [some, union.pk, union.stands_in])

    def card(self) -> None:
        one, at = self.pick(Person), None if self.chance.random() < 0.6 else AT
        Card.objects.using("bulk").filter(person_id=one.pk).update(ended_at=AT)
        Card.objects.using("bulk").create(
            person_id=one.pk, number=str(new_id())[-12:], issued_at=AT, ended_at=at
        )

    def consent(self) -> None:
        one = self.pick(Person)
        agreed = Consent.objects.using("bulk").filter(person_id=one.pk, withdrawn_at=None)
        if not agreed.update(withdrawn_at=AT):
            Consent.objects.using("bulk").create(
                person_id=one.pk, purpose="employment_facts", text_version="1", given_at=AT, channel="page"
            )

    def post(self) -> None:
        ours.post(
            self.union(),
            self.chance.choice(["01", "04"]),
            self.day.date() + timedelta(days=self.chance.randint(-3, 5)),
        )

    def no_post(self) -> None:
        one = self.pick(Post)
        if one and self.chance.random() < 0.5:
            Post.objects.using("bulk").filter(pk=one.pk).delete()
        elif one:
            Post.objects.using("bulk").filter(pk=one.pk).update(ended_on=AT.date(), union_id=self.union().pk)

    def employer(self) -> None:
        one = self.pick(Employer)
        one.staff_count, one.platform = self.chance.choice([50, 150, None]), self.chance.random() < 0.5
        one.save(using="bulk")

    def coverage(self) -> None:
        one, employer = self.union(), self.pick(Employer)
        if (
            not Coverage.objects.using("bulk")
            .filter(union=one, employer=employer, valid_to=None)
            .update(valid_to=AT.date())
        ):
            Coverage.objects.using("bulk").create(
                union_id=one.pk, employer_id=employer.pk, valid_from=date(2020, 1, 1)
            )

    def division(self) -> None:
        Union.objects.using("bulk").filter(pk=self.union().pk).update(
            division=self.chance.choice(["340103000000", "340104000000"]),
            staff_count=self.chance.choice([7, 8]),
        )

    def county(self) -> None:
        one, county = self.union(), self.chance.choice([union for union in self.unions if union.level == 4])
        Union.objects.using("bulk").filter(pk=one.pk, level__gt=4).update(county=county)

    def days(self) -> None:
        self.day += timedelta(days=self.chance.choice([1, 3]))

    def number(self) -> None:
        self.numbers = self.chance.choice([36, 60, 63])


THINGS = (
    Play.new_person, Play.many, Play.field, Play.field, Play.field, Play.everybody, Play.membership, Play.joined_again,
    Play.move, Play.card, Play.consent, Play.post, Play.no_post, Play.employer, Play.coverage, Play.division,
    Play.county, Play.days, Play.number,
)  # fmt: skip


@pytest.fixture
def small() -> Iterator[None]:
    """Many rows at once are four, and a step takes three subjects: every way is gone."""
    with (
        patch.object(hearing, "WIDE_FROM", 4),
        patch.object(keeping, "MOST", 3),
        patch.object(keeping, "TAKEN", 5),
        patch.object(verify, "SLICE", 4),
    ):
        yield


def _numbers(retired: int) -> Any:
    held = definitions.load().parameters
    parameter = held["quality.retired_men"]
    value = parameter.values[0].model_copy(update={"value": retired})
    return {**held, "quality.retired_men": parameter.model_copy(update={"values": (value,)})}


def _played(seed: int, rounds: int = 3) -> Iterator[str]:
    """The rules that are kept otherwise than they say, after each round of anything, with what happened."""
    play, done = Play(seed), list[str]()
    for _round in range(rounds):
        with ours.defined(RULES, *WATCHES, parameters=_numbers(play.numbers)):
            keeping.work(at=play.day)
        steps: list[Callable[[Play], None]] = [play.chance.choice(THINGS) for _step in range(STEPS)]
        with transaction.atomic(using="bulk"):
            for step in steps:
                step(play)
                done.append(step.__name__)
        with ours.defined(RULES, *WATCHES, parameters=_numbers(play.numbers)):
            keeping.work(at=play.day)
            for code in RULES:
                if ours.kept(code) != ours.asked_anew(code, ours.day_of(play.day)):
                    yield f"{code} after {done}"
            if verify.kept_is_what_the_rules_say().differences:
                yield f"verify after {done}"


def test_after_the_job_what_is_kept_is_what_every_rule_says_of_everybody(
    committed: None, small: None
) -> None:
    assert list(_played(1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 14))
def test_it_is_so_whatever_happens(committed: None, small: None, seed: int) -> None:
    assert list(_played(seed, rounds=6)) == []


def _nothing(*_given: Any) -> Any:
    return []


_meets = hearing._meets
BUGS = {
    "a column nobody listens to": (hearing, "counted", lambda plan, looked: looked.columns - {"work_status"}),
    "numbers that are not looked at": (plans, "_values", _nothing),
    "many rows at once that nobody follows": (
        hearing,
        "_meets",
        lambda plan, looked, touch: not touch.wide and _meets(plan, looked, touch),
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen(committed: None, small: None, bug: str) -> None:
    where, name, wrong = BUGS[bug]
    with patch.object(where, name, wrong):
        assert next(_played(1), "") != ""
