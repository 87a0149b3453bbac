"""Audits for tests: the books of the factory and the mill, and committees of Luyang (two people) and of the city."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from zhijia.auditing.models import Engagement, Finding, Item, Sample
from zhijia.auditing.services import answering, finding, planning, rectifying, sampling, stages
from zhijia.auditing.services.finding import Found
from zhijia.auditing.services.planning import Task
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.ledger.tests.world import Ledger
from zhijia.registry.tests import world as registry_world
from zhijia.registry.tests.ready import once_a_run

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
SINCE, UNTIL = date(2026, 1, 1), date(2026, 10, 31)
MONEY = 100_000_000
FOUND = Found("budget", "超标准发放节日慰问品", "八月发放购物卡。", "工会主席", "extra_bonuses", 50_000)


class Audits:
    """The world with books and committees; spending of the factory on the days that were asked for."""

    def __init__(self, *, spending: int = 12) -> None:
        self.ledger = Ledger()
        self.world = self.ledger.world
        for place, name in (
            ("luyang", "chen"),
            ("luyang", "fang"),
            ("city", "city-committee"),
            ("shushan", "other"),
        ):
            registry_world.appoint(self.world, place, "audit_committee", name)
        self.ledger.income("factory", "begin", MONEY, day=SINCE)
        bank, spent = self.ledger.account("factory", "102"), self.ledger.account("factory", "501")
        for number in range(spending):
            day = date(2026, 1 + number % 10, 5 + number % 20)
            fen = 10_000 * (number + 1) + number % 3
            self.ledger.post("factory", f"spent-{number}", (spent, fen), (bank, -fen), day=day)

    def act(self, name: str) -> Actor:
        """Become this actor."""
        return self.world.act(name)

    def task(self, **other: object) -> Task:
        """A plain audit of the next lower level."""
        values = {
            "kind": "term",
            "matters": ["budget"],
            "since": SINCE,
            "until": UNTIL,
            "plan_on": date(2026, 11, 25),
        }
        return Task(**{**values, **other})  # type: ignore[arg-type]

    def plan(
        self, audited: str = "factory", by: str = "chen", auditor: str = "luyang", **other: object
    ) -> Engagement:
        """Plan an audit of the union."""
        unions = self.world.unions
        return planning.plan(
            actor=self.act(by), at=AT, auditor=unions[auditor], audited=unions[audited],
            task=self.task(**other), once=uuid4(),
        )  # fmt: skip

    def in_the_field(self, at: datetime = AT, **other: object) -> Engagement:
        """An audit whose notice, given at this moment, has run."""
        audit = self.plan(**other)  # type: ignore[arg-type]
        actor = self.act("chen")
        stages.notify(actor=actor, at=at, engagement_id=audit.pk)
        return stages.begin(actor=actor, at=at + 5 * A_DAY, engagement_id=audit.pk)

    def drawn(self, audit: Engagement, method: str = "random", size: int = 4) -> Sample:
        """A sample of the audit."""
        return sampling.draw(
            actor=self.act("chen"),
            at=AT + 5 * A_DAY,
            engagement_id=audit.pk,
            method=method,
            size=size,
            once=uuid4(),
        )

    def found(self, audit: Engagement, found: Found = FOUND) -> Finding:
        """Something found."""
        return finding.add(actor=self.act("chen"), at=AT + 6 * A_DAY, engagement_id=audit.pk, found=found)

    def looked_at(self, sample: Sample) -> None:
        """Every entry of the sample is in order."""
        actor = self.act("chen")
        for item in sample.items.all():
            sampling.look(actor=actor, at=AT + 6 * A_DAY, item_id=item.pk, result=Item.Result.IN_ORDER)

    def drafted(self, audit: Engagement) -> Engagement:
        """The draft is with the union."""
        return stages.hand_over_draft(
            actor=self.act("chen"), at=AT + 7 * A_DAY, engagement_id=audit.pk, draft="征求意见稿"
        )

    def drafted_after_looking(self, audit: Engagement, sample: Sample) -> Engagement:
        """The draft is with the union, and everything drawn was in order."""
        self.looked_at(sample)
        return self.drafted(audit)

    def commented(self, audit: Engagement) -> None:
        """The union has said what it thinks."""
        answering.comment(
            actor=self.act("factory-treasurer"),
            at=AT + 8 * A_DAY,
            engagement_id=audit.pk,
            words="属实。",
            once=uuid4(),
        )

    def reported(self, *findings: Found, **other: object) -> Engagement:
        """An audit with its report, whose findings are to be put right."""
        audit = self.in_the_field(**other)  # type: ignore[arg-type]
        for one in findings or (FOUND,):
            self.found(audit, one)
        self.drafted(audit)
        self.commented(audit)
        return stages.report(
            actor=self.act("chen"), at=AT + 9 * A_DAY, engagement_id=audit.pk, opinion="责令整改。"
        )

    def proved(self, one: Finding, amount: int | None = None) -> None:
        """The union says that it was put right."""
        answering.prove(
            actor=self.act("factory-treasurer"), at=AT + 20 * A_DAY, finding_id=one.pk, words="已退回。",
            amount=one.amount if amount is None else amount, once=uuid4(),
        )  # fmt: skip

    def verified(self, one: Finding) -> Finding:
        """The committee has seen it."""
        return rectifying.verify(
            actor=self.act("chen"), at=AT + 21 * A_DAY, finding_id=one.pk, corrected=one.amount
        )

    def nobody(self) -> None:
        """Nobody asks any more."""
        context.enter(Actor(None, "page", "test"))


@once_a_run
def build() -> Audits:
    """The world with a dozen entries to look at."""
    return Audits()


@once_a_run
def build_small() -> Audits:
    """The world with two."""
    return Audits(spending=2)
