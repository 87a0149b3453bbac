"""A county that holds a round of craftsmen: members of its unions who are nominated, judges, money and a bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile

from zhijia.accounts.models import User
from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Clearance, Nomination, Round
from zhijia.appraisals.services.rounds import (
    batching,
    clearing,
    judging,
    naming,
    nominating,
    preparing,
    recommending,
    showing,
)  # fmt: skip
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.ledger.services import books
from zhijia.questionnaires.tests.world import Hall, hall
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

BUDGET = 50_000_000
CLOSED = AT + timedelta(days=10)
PAPER = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SKILL = {"skill": 30, "results": 30, "teaching": 15}


@dataclass
class Fair:
    """The world, its members at a union, and the round that is held at the union `key` above them."""

    world: World
    hall: Hall
    round: Round
    key: str = "luyang"
    judges: list[str] = field(default_factory=list)

    def act(self, name: str = "") -> Actor:
        return self.world.act(name or self.key)

    def member(self, place: int) -> Actor:
        return self.hall.as_voter(place)

    def again(self) -> Round:
        self.round.refresh_from_db()
        return self.round

    def nominate(
        self, place: int, at: datetime = AT, title: str = "", files: Sequence[str] = (), **answers: Any
    ) -> Nomination:
        """A member nominates themselves, or a result of theirs with this title, and hands it in."""
        actor = self.member(place)
        row = nominating.begin(actor=actor, at=at, once=uuid4(), round_id=self.round.pk, title=title)
        sent = {name: [paper()] for name in files}
        wrong = nominating.keep(
            actor=actor, at=at, nomination_id=row.pk, typed={**ANSWERS, **answers}, sent=sent
        )
        assert not wrong, [str(one.words) for one in wrong]
        return nominating.hand_in(actor=actor, at=at, nomination_id=row.pk, agreed=True)

    def take_in(self, row: Nomination, unit: str = "factory", at: datetime = AT) -> Nomination:
        """The unit shows it, and recommends it when its notice is over."""
        recommending.show(actor=self.act(unit), at=at, nomination_id=row.pk)
        return recommending.recommend(
            actor=self.act(unit), at=at + timedelta(days=9), nomination_id=row.pk, words="职代会通过"
        )

    def name_judges(self, many: int = 3) -> None:
        for n in range(many):
            name = f"judge-{n}"
            if name not in self.world.actors:
                worlds.appoint(self.world, "shushan", "county_reviewer", name)
            self.judges.append(name)
            judging.name_judge(actor=self.act(), at=AT, round_id=self.round.pk, who=self.login(name))

    def login(self, name: str) -> str:
        return User.objects.get(pk=self.world.actors[name].user_id).login

    def clear(self, at: datetime = CLOSED) -> None:
        """Every office says that nothing stands against anybody."""
        clearing.ask(actor=self.act(), at=at, round_id=self.round.pk)
        for one in Clearance.objects.filter(nomination__round=self.round, answer=""):
            clearing.answer(
                actor=self.act(), at=at, clearance_id=one.pk, clear=True, answered_on=days.business_day(at),
                paper=paper(),
            )  # fmt: skip

    def judge(self, points: Mapping[UUID, int]) -> None:
        """Every judge gives an entry so much for its skill."""
        for name in self.judges:
            actor = self.act(name)
            for key, skill in points.items():
                judging.score(actor=actor, at=CLOSED, nomination_id=key, points={**SKILL, "skill": skill})

    def batch(self, *chosen: Nomination, at: datetime = CLOSED, why: str = "") -> None:
        keys = [row.pk for row in chosen]
        batching.put(
            actor=self.act(), at=at, round_id=self.round.pk, chosen=keys, why=dict.fromkeys(keys, why)
        )

    def to_names(self, at: datetime = CLOSED) -> datetime:
        """Proposed, shown, decided by a second person, shown again, named; the moment of the names."""
        batching.propose(actor=self.act(), at=at, round_id=self.round.pk)
        at = self._hung("batch", at)
        batching.decide(actor=self.act("second"), at=at, round_id=self.round.pk)
        at = self._hung("decided", at)
        naming.name(actor=self.act(), at=at, round_id=self.round.pk)
        return at

    def _hung(self, where: str, at: datetime) -> datetime:
        """The notice, where one is due there, hung its days; the moment after."""
        if round_versions.definition(self.again().version).showing(where):
            showing.hang(actor=self.act(), at=at, round_id=self.round.pk)
        return at + timedelta(days=9)


ANSWERS = {
    "trade": "焊工",
    "post": "frontline",
    "years": "12",
    "craft": "解决薄壁管道焊接变形问题。",
    "apprentices": "6",
}


def paper() -> Any:
    """A scan, as a form brings it."""

    class Sent:
        name = "回函.pdf"
        file = ContentFile(PAPER)

    return Sent()


def fair(
    many: int = 4, *, opened: bool = True, budget: int = BUDGET, code: str = "craftsman", key: str = "luyang"
) -> Fair:
    """A county (or the union `key`) with books, a second officer and so many members; its round is open."""
    made = hall(many)
    world = made.world
    if key not in world.actors:
        worlds.appoint(world, key, "county_reviewer")
    worlds.appoint(world, key, "county_reviewer", "second")
    worlds.appoint(world, key, "treasurer", "treasurer")
    books.open_book(actor=world.act("treasurer"), at=AT, union=world.unions[key], since=date(2026, 1, 1))
    round_ = preparing.make(
        actor=world.act(key), at=AT, once=uuid4(), union=world.unions[key], code=code, title="", year=2026,
        opens_at=AT, closes_at=AT + timedelta(days=9, hours=12), budget=budget,
    )  # fmt: skip
    if opened:
        preparing.open_call(actor=world.act(key), at=AT, round_id=round_.pk)
    return Fair(world, made, round_, key)
