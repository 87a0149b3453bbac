"""A province and its slow, obvious model, changed in step by a seeded stream of reorganisations."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from zhijia.facts import rollups
from zhijia.facts import services as facts
from zhijia.facts import verify as fact_checks
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import tree as trees
from zhijia.registry import verify
from zhijia.registry.models import Membership, Parent, Person, Reorganisation, Union
from zhijia.registry.queries import counts
from zhijia.registry.services.reorganisations import doing, planning
from zhijia.registry.services.reorganisations.plans import Dissolve, Found, Merge, Move, Plan, Rename, Split
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.trees import TREES, Stay, Trees

FIRST = date(2024, 1, 1)
LEVELS = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6}
WIDTHS = {1: 1, 2: 3, 3: 6, 4: 10, 5: 30}
TOP = 1


class Play:
    """A province and its model, changed in step by a seeded stream of reorganisations."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.model = Trees()
        self.day = FIRST
        self.ids: dict[int, int] = {}
        self.people: dict[int, UUID] = {}
        self.employer: dict[int, int] = {}
        self.done = self.refused = 0
        self.officers: dict[int, Actor] = {}
        self.build()

    @property
    def at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)

    def build(self) -> None:
        levels: dict[int, list[int]] = {}
        number = 0
        for depth, width in WIDTHS.items():
            for _one in range(width):
                number += 1
                levels.setdefault(depth, []).append(number)
                self.model.levels[number] = LEVELS[depth]
                self.model.names[number] = [(FIRST, f"工会{number}")]
                self.ids[number] = Union.objects.create(
                    code=f"340103-8{number:05d}", name=f"工会{number}", type="50", level=LEVELS[depth],
                    division="340103000000", founded_on=FIRST,
                ).pk  # fmt: skip
                if depth > 1:
                    for tree in TREES[: self.random.randint(1, 3)]:
                        self.edge(number, tree, self.random.choice(levels[depth - 1]))
        trees.rebuild()
        founder = worlds.create_user(
            actor=Actor(None, "command", "test"),
            at=self.at,
            login="founder",
            password=worlds.PASSWORD,
            staff=True,
        )
        self.founder = Actor(founder.pk, "page", "test", stepped_up=True)
        for number in (TOP, 2, 3, 5, 6, 7, 12, 13):
            self.appoint(number)
        for _one in range(120):
            self.join()

    def edge(self, union: int, tree: str, parent: int) -> None:
        self.model.hang(union, tree, parent, FIRST)
        Parent.objects.create(
            union_id=self.ids[union],
            parent_id=self.ids[parent],
            tree=tree,
            valid_from=FIRST,
            recorded_at=self.at,
        )

    def appoint(self, number: int) -> None:
        with context.acting(self.founder):
            user = worlds.create_user(
                actor=self.founder, at=self.at, login=f"officer-{number}", password=worlds.PASSWORD, staff=True,
                must_change_password=False,
            )  # fmt: skip
            union = Union.objects.get(pk=self.ids[number])
            worlds.give(self.founder, user.pk, "province_officer", union, at=self.at)
        self.officers[number] = Actor(user.pk, "page", "test", stepped_up=True)

    def standing(self, *, least: int = 2) -> list[int]:
        return [n for n, level in self.model.levels.items() if n not in self.model.ended and level >= least]

    def join(self) -> None:
        """Somebody joins a union that stands, today."""
        union = self.random.choice(self.standing(least=4))
        person = len(self.people) + 1
        self.people[person], self.employer[person] = uuid4(), self.random.randint(1, 3)
        row = Union.objects.get(pk=self.ids[union])
        with transaction.atomic(using="bulk"):
            place = {"union_id": row.pk, "county_id": row.stands_in}
            Person.objects.using("bulk").create(
                id=self.people[person],
                name="某某",
                employer_id=self.employer[person],
                changed_at=self.at,
                **place,
            )
            membership = Membership.objects.using("bulk").create(
                person_id=self.people[person], member_number=f"M{person}", status="10", joined_on=self.day,
                valid_from=self.day, channel="page", **place,
            )  # fmt: skip
            facts.record(
                [
                    facts.NewFact(
                        kind="member.joined", day=self.day, record="membership", record_id=membership.pk,
                        person_id=self.people[person], **place,
                    )
                ],
                using="bulk",
            )  # fmt: skip
        self.model.stays.append(Stay(person, union, self.day))

    def step(self) -> None:
        """A day or none goes by, perhaps somebody joins, and one reorganisation is tried on both sides."""
        self.day += timedelta(days=self.random.choice((0, 1, 1, 9)))
        if self.random.random() < 0.3:
            self.join()
        moves = (self.move, self.move, self.move, self.merge, self.merge)
        make = self.random.choice((self.found, self.rename, *moves, self.split, self.dissolve))
        few = len(self.standing(least=5)) < 20 or len(self.standing(least=4)) < 25
        plan, fits, apply = self.found() if few else make()
        planned = self.plan(plan)
        assert (planned is not None) == fits, plan
        if planned is None:
            self.refused += 1
            return
        done = doing.do(at=self.at, reorganisation_id=planned.pk)
        assert done.state == Reorganisation.State.DONE, (plan, done.failure)
        self.done += 1
        apply()

    def plan(self, plan: Plan) -> Reorganisation | None:
        """The plan for today, by the province's officer; None when it was refused."""
        actor = self.officers[TOP]
        try:
            with context.acting(actor):
                return planning.plan(
                    actor=actor, at=self.at, plan=plan, effective_on=self.day, reason="试", once=uuid4()
                )
        except Refusal:
            return None

    def found(self) -> tuple[Plan, bool, object]:
        parent, level = self.random.choice(self.standing()), self.random.choice((4, 5, 6))
        number = max(self.model.levels) + 1
        plan = Found(
            parent=self.ids[parent], name=f"工会{number}", type="50", level=level, division="340103000000"
        )

        def apply() -> None:
            self.new(number, level)
            for tree in ("organisation", "fund"):
                self.model.hang(number, tree, parent, self.day)

        return plan, self.model.levels[parent] <= level, apply

    def new(self, number: int, level: int) -> None:
        self.model.levels[number] = level
        self.model.names[number] = [(self.day, f"工会{number}")]
        self.ids[number] = Union.objects.get(name=f"工会{number}").pk

    def rename(self) -> tuple[Plan, bool, object]:
        union, name = self.random.choice(self.standing()), f"新名{self.random.randint(1, 10**9)}"
        return (
            Rename(union=self.ids[union], name=name),
            True,
            lambda: self.model.names[union].append((self.day, name)),
        )

    def move(self) -> tuple[Plan, bool, object]:
        union, parent = self.random.choice(self.standing(least=3)), self.random.choice(self.standing())
        chosen = tuple(tree for tree in TREES if self.random.random() < 0.5)
        if self.random.random() < 0.2:
            return self.leave(union, chosen)
        fits = bool(chosen) and any(self.model.parent(union, tree) != parent for tree in chosen)
        fits = fits and all(parent not in self.model.under(union, tree) for tree in chosen)
        if "organisation" in chosen:
            fits = fits and self.model.levels[parent] <= self.model.levels[union]

        def apply() -> None:
            for tree in chosen:
                self.model.hang(union, tree, parent, self.day)

        return Move(union=self.ids[union], parent=self.ids[parent], trees=chosen), fits, apply

    def leave(self, union: int, chosen: tuple[str, ...]) -> tuple[Plan, bool, object]:
        """Out of these trees; nobody leaves the organisation's."""
        fits = "organisation" not in chosen and any(self.model.parent(union, tree) for tree in chosen)

        def apply() -> None:
            for tree in chosen:
                self.model.hang(union, tree, None, self.day)

        return Move(union=self.ids[union], parent=None, trees=chosen), fits, apply

    def merge(self) -> tuple[Plan, bool, object]:
        union, into = self.random.choice(self.standing(least=4)), self.random.choice(self.standing(least=3))
        hung = [
            tree
            for tree in TREES
            if self.model.parent(union, tree) not in (None, into)
            and (
                tree == "organisation"
                or self.model.parent(into, tree) is not None
                or self.model.children(into, tree)
            )
        ]
        fits = union != into and all(into not in self.model.under(union, tree) for tree in hung)
        if "organisation" in hung:
            fits = fits and self.model.levels[into] <= self.model.levels[union]

        def apply() -> None:
            for tree in hung:
                self.model.hang(union, tree, into, self.day)
            self.model.ended.add(union)

        return Merge(unions=(self.ids[union],), into=self.ids[into]), fits, apply

    def split(self) -> tuple[Plan, bool, object]:
        union, employer = self.random.choice(self.standing(least=4)), self.random.randint(1, 3)
        below = [
            child for child in self.model.children(union, "organisation") if child not in self.model.ended
        ]
        going = [child for child in below if self.random.random() < 0.5]
        number = max(self.model.levels) + 1
        plan = Split(
            union=self.ids[union],
            name=f"工会{number}",
            children=tuple(self.ids[child] for child in going),
            employers=(employer,),
        )

        def apply() -> None:
            self.new(number, self.model.levels[union])
            for tree in TREES:
                if (parent := self.model.parent(union, tree)) is not None:
                    self.model.hang(number, tree, parent, self.day)
            for child in going:
                for tree in TREES:
                    if self.model.parent(child, tree) == union:
                        self.model.hang(child, tree, number, self.day)
            people = [person for person, at in self.employer.items() if at == employer]
            self.model.move_members(union, number, people, self.day)

        return plan, True, apply

    def dissolve(self) -> tuple[Plan, bool, object]:
        union, to = self.random.choice(self.standing(least=5)), self.random.choice(self.standing(least=4))
        below = {tree: self.model.children(union, tree) for tree in TREES}
        fits = union != to and all(
            to not in self.model.under(child, tree) for tree in TREES for child in below[tree]
        )
        fits = fits and all(
            self.model.levels[to] <= self.model.levels[child] for child in below["organisation"]
        )

        def apply() -> None:
            for tree in TREES:
                for child in below[tree]:
                    self.model.hang(child, tree, to, self.day)
            self.model.move_members(union, to, self.people, self.day)
            self.model.ended.add(union)

        plan = Dissolve(union=self.ids[union], members_to=self.ids[to], children_to=self.ids[to])
        return plan, fits, apply

    def compare(self, unions: list[int], past: list[date], monkeypatch: pytest.MonkeyPatch) -> None:
        """Both readings, in every tree, of these unions, now and on these days."""
        monkeypatch.setattr(days, "now", lambda: self.at)
        for union in unions:
            for tree in TREES:
                now = self.model.under(union, tree)
                assert counts.members(self.ids[union], tree=tree) == self.model.members(now), (union, tree)
                for day in past:
                    then = self.model.under(union, tree, day)
                    told = [
                        counts.members(self.ids[union], day=day, tree=tree, reading=reading)
                        for reading in ("then", "now")
                    ]
                    expected = [self.model.members(of, day) for of in (then, now)]
                    assert told == expected, (union, tree, day)
                    assert set(trees.at(day, tree).under(self.ids[union])) == {self.ids[one] for one in then}
        for day in past:
            named = trees.at(day).names([self.ids[union] for union in unions])
            founded = [union for union in unions if self.model.names[union][0][0] <= day]
            assert [named[self.ids[one]] for one in founded] == [self.model.name(one, day) for one in founded]

    def compare_access(self) -> None:
        """What an officer sees is what stands under their union today, and nothing else."""
        for number, officer in self.officers.items():
            with context.acting(officer):
                seen = Membership.objects.count()
            assert seen == self.model.rows(self.model.under(number, "organisation")), number


def play(seed: int, steps: int, every: int, monkeypatch: pytest.MonkeyPatch) -> Play:
    one = Play(seed)
    for step in range(steps):
        one.step()
        if step % 7 == 6:
            rollups.fold(at=one.at)
        if step % every == every - 1:
            some = one.random.sample(sorted(one.model.levels), 4)
            past = [
                FIRST + timedelta(days=one.random.randint(-1, (one.day - FIRST).days)) for _day in range(2)
            ]
            one.compare(some, past, monkeypatch)
            one.compare_access()
    for number, union in one.ids.items():
        under = {one.ids[below] for below in one.model.under(number, "organisation")}
        assert set(trees.under(union).values_list("pk", flat=True)) == under, number
        for tree in TREES[1:]:
            under = {one.ids[below] for below in one.model.under(number, tree)}
            assert set(trees.under_elsewhere(union, tree)) == under, (number, tree)
    one.compare(sorted(one.model.levels)[:25], [FIRST, one.day], monkeypatch)
    for check in (
        *(verify.members_are_the_facts, verify.rows_stand_in_their_place, verify.grants_are_sealed),
        *(verify.trees_are_whole, fact_checks.facts_are_told_once, fact_checks.rollups_are_the_facts),
    ):
        assert check().differences == ()
    return one
