"""A union with members who vote, and a poll at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from zhijia.accounts.models import User
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.questionnaires import reading, versions
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.reading import Ballot
from zhijia.questionnaires.services import casting, counting, preparing, rolls
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

LATER = AT + timedelta(days=2)


@dataclass
class Hall:
    """The world, its voters at one union, and whatever poll is held."""

    world: World
    union: Union
    voters: list[Actor] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def officer(self, name: str = "factory") -> Actor:
        return self.world.act(name)

    def as_voter(self, place: int) -> Actor:
        context.enter(self.voters[place])
        return self.voters[place]

    def poll(
        self,
        code: str = "committee_election",
        *,
        seats: int = 3,
        stand: int = 4,
        opened: bool = True,
        **more: Any,
    ) -> Poll:
        """A poll of this definition with the first members as candidates; open unless said otherwise."""
        officer = self.officer()
        poll = preparing.make(
            actor=officer, at=AT, once=uuid4(), union=self.union, code=code, title="", opens_at=AT,
            closes_at=AT + timedelta(days=1), seats=seats, **more,
        )  # fmt: skip
        asked = versions.definition(poll.version)
        for number in self.numbers[:stand] if asked.sort == "ballot" and asked.candidates else ():
            preparing.add_candidate(actor=officer, at=AT, poll_id=poll.pk, number=number)
        if asked.asks != "accounts":
            rolls.write_down(actor=officer, at=AT, poll_id=poll.pk, numbers=self.numbers)
        if opened:
            preparing.open_poll(actor=officer, at=AT, poll_id=poll.pk)
        poll.refresh_from_db()
        return poll

    def vote(self, place: int, poll: Poll, *chosen: int, at: datetime = AT) -> str:
        """The voter marks these candidates, and nobody else; the receipt."""
        return self.say(place, poll, {f"committee.{number}": ["for"] for number in chosen}, at=at)

    def say(self, place: int, poll: Poll, typed: dict[str, list[str]], at: datetime = AT) -> str:
        actor = self.as_voter(place)
        asked = versions.definition(poll.version)
        numbers = [
            str(number) for number in poll.candidates.order_by("number").values_list("number", flat=True)
        ]
        read = reading.read(asked.questions, typed, Ballot(numbers, poll.seats))
        assert not read.wrong, [str(one.words) for one in read.wrong]
        return casting.cast(actor=actor, at=at, poll_id=poll.pk, answers=read.answers)

    def count(self, poll: Poll, *, at: datetime = LATER) -> Poll:
        return counting.count(actor=self.officer(), at=at, poll_id=poll.pk)


def hall(many: int = 6, *, world: World | None = None, key: str = "factory", first: int = 0) -> Hall:
    """A union with so many members, each with an account and a checked name."""
    world = world or worlds.build()
    made = Hall(world, world.unions[key])
    add(made, many, first=first)
    return made


def add(made: Hall, many: int, *, first: int = 0, status: str = "10", level: int = 2) -> list[Actor]:
    """More members of the union, set-based."""
    union, officer = (
        made.union,
        made.officer("factory" if made.union.code == made.world.unions["factory"].code else "mill"),
    )
    people = [
        Person(
            name=f"会员{first + n}", name_initials="hy", union_id=union.pk, county_id=union.county_id,
            real_name_level=level, gig_group="03", changed_at=AT,
        )
        for n in range(many)
    ]  # fmt: skip
    Person.objects.bulk_create(people)
    numbers = [f"M{union.pk:05d}{first + n:09d}" for n in range(many)]
    Membership.objects.bulk_create(
        Membership(
            person_id=person.pk, member_number=number, status=status, joined_on=date(2022, 1, 1),
            valid_from=date(2022, 1, 1), channel="page", union_id=union.pk, county_id=union.stands_in,
        )
        for person, number in zip(people, numbers, strict=True)
    )  # fmt: skip
    users = [User(login=f"voter-{union.pk}-{first + n}", password="!", created_at=AT) for n in range(many)]
    User.objects.bulk_create(users)
    for user, person in zip(users, people, strict=True):
        user.person_id = person.pk
    User.objects.bulk_update(users, ["person_id"], batch_size=500)
    actors = [
        Actor(user.pk, "page", "test", person_id=person.pk)
        for user, person in zip(users, people, strict=True)
    ]
    made.voters += actors
    made.numbers += numbers
    context.enter(officer)
    return actors


def elected(poll: Poll, question: str = "committee") -> Sequence[str]:
    """The candidates who are elected, by their number."""
    chosen: Sequence[str] = poll.result["decided"][question]["elected"]
    return chosen
