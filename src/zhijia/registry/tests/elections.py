"""A union with members who can be elected, for the tests of terms."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from zhijia.registry.models import Election, Term
from zhijia.registry.services import terms
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

HELD = date(2026, 11, 10)
DECLARED = ("relative", "principal", "partner", "personnel", "foreign")


def people(world: World, union: str = "factory", many: int = 5, first: int = 100) -> list[UUID]:
    """Members of the union, by their ids."""
    made = [worlds.member(world, f"{union}-{n}", union, serial=first + n) for n in range(many)]
    return [actor.person_id for actor in made if actor.person_id]


def result(standing: list[UUID], **changes: Any) -> terms.Result:
    """Minutes in order: five entitled, five came, three seats, four stood, the first is the chair."""
    posts = ["01", "02", "03", "03", "03"]
    votes = [5, 4, 3, 1, 0]
    made = terms.Result(
        body="committee",
        by_election=False,
        held_on=HELD,
        years=5,
        entitled=5,
        attended=5,
        seats=3,
        candidates=[
            terms.Standing(person, posts[place], votes[place]) for place, person in enumerate(standing[:4])
        ],
        declared=DECLARED,
    )
    return replace(made, **changes)


def record(world: World, minutes: terms.Result, union: str = "factory", once: UUID | None = None) -> Election:
    """The union's officer records the election."""
    return terms.record_election(
        actor=world.act(union),
        at=AT,
        once=once or uuid4(),
        union_id=world.unions[union].pk,
        result=minutes,
    )


def approve(world: World, election: Election, by: str = "luyang") -> Term:
    """The county replies."""
    return terms.approve_election(
        actor=world.act(by),
        at=AT,
        election_id=election.pk,
        number="庐工组〔2026〕12号",
        day=date(2026, 11, 15),
    )
