"""A small appraisal for tests that needs nothing of the shipped ones, run by Luyang over its two unions."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from zhijia.appraisals.models import AppraisalVersion, Assessor, Entry, Run
from zhijia.appraisals.services import entering, judges, marking, naming, opening, publishing, settling
from zhijia.appraisals.services.opening import Task
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.versions import content, digest
from zhijia.kernel.actors import Actor
from zhijia.registry.tests import ready
from zhijia.registry.tests.ready import once_a_run
from zhijia.registry.tests.world import AT, World, appoint, build

CODE = "test.home"
A_DAY = timedelta(days=1)
LATER, AFTER = AT + 10 * A_DAY, AT + 30 * A_DAY
"""When the days of objection, and those of notice, are over."""
JOINED = {"port": "facts.count", "given": {"kind": "member.joined"}, "full": 4}
GOOD = {"term": "whole", "rooms": "10", "complaints": "0", "mothers": "yes"}


def said(**instead: Any) -> dict[str, Any]:
    """What the appraisal says, with some keys said otherwise."""
    return {
        "code": CODE,
        "label": {"en": "Home", "zh": "建家考评"},
        "version": 1,
        "source": "test",
        "confidence": "D",
        "guidance": {"en": "Scored every year.", "zh": "每年考评。"},
        "group": "organisation",
        "subject": "union",
        "levels": ["county"],
        "begins": ["self", "above", "all", "holders"],
        "cadence": "yearly",
        "days": "appraisals.self_days",
        "parts": [
            _part("self", "self", "appraisals.home_weight_self", groups=["work"]),
            _part(
                "visit", "visit", "appraisals.home_weight_visit", groups=["work", "more"],
                assessors="appraisals.visit_assessors", spread="appraisals.visit_spread",
            ),
            _part("members", "figures", "appraisals.home_weight_members", groups=["growth"]),
        ],
        "scheme": [
            _group(
                "work",
                _item(
                    "term", "按期换届", sort="steps", veto=True, opens="rectification",
                    steps=[_step("whole", 10), _step("partly", 6), _step("late", 0)],
                ),
                _item("rooms", "活动场所", needs=["photo"]),
                _item("complaints", "投诉属实", sort="deduct", each=3),
                _item("mothers", "母婴室", sort="yes_no", may_lack=True),
            ),
            _group("more", _item("honours", "加分", points=5, extra=True)),
            _group(
                "growth",
                _item("joined", "发展会员", **{"from": JOINED}),
            ),
        ],
        "fails_under": "appraisals.fails_under",
        "grades": [
            _grade("model", "appraisals.model_home_at", most="appraisals.model_home_most"),
            _grade("home", "appraisals.home_at"),
        ],
        "objection": "appraisals.objection_days",
        "notice": "appraisals.notice_days",
        "public": True,
        "titles": [
            {
                "grades": ["model", "home"],
                "list": "title_holder",
                "given": {
                    "union": "subject", "name": "name", "kind": "=home", "level": "level", "named_on": "today",
                    "decision": "decision", "score": "score", "reviewed_on": "today",
                },
                "review": "review",
            }
        ],
        **instead,
    }  # fmt: skip


def publish(**instead: Any) -> AppraisalVersion:
    """The appraisal as somebody published it."""
    appraisal = Appraisal.model_validate(said(**instead))
    return ready.add(
        AppraisalVersion(
            code=appraisal.code,
            number=appraisal.version,
            content=content(appraisal),
            digest=digest(appraisal),
            state=AppraisalVersion.State.PUBLISHED,
            since=AT.date(),
            made_by=1,
            published_by=2,
            published_at=AT,
            made_at=AT,
        )
    )


class Homes:
    """The world with two more officers at Luyang, who assess, and a run that was opened."""

    def __init__(self) -> None:
        self.world: World = _world()
        publish()
        self.run: Run | None = None

    def act(self, name: str) -> Actor:
        """Become this actor."""
        return self.world.act(name)

    def opened(self, begins: str = "above", union: str = "luyang", **more: Any) -> Run:
        """A run of this year."""
        task = Task(CODE, "2026年建家考评", date(2026, 1, 1), date(2026, 12, 31), begins, **more)
        union_row = self.world.unions[union]
        self.run = opening.open_run(actor=self.act(union), at=AT, union=union_row, task=task, once=uuid4())
        return self.run

    def called(self, union: str = "factory") -> Entry:
        """An entry of this union."""
        run = self.run or self.opened()
        name = self.world.unions[union].name
        return entering.call(actor=self.act("luyang"), at=AT, run_id=run.pk, text=name)

    def scored_itself(self, entry: Entry, union: str = "factory", **marks: str) -> Entry:
        """Its own marks (no points where a photo would be asked), handed in."""
        actor = self.act(union)
        for item, given in {**GOOD, "rooms": "0", **marks}.items():
            marking.score_self(actor=actor, at=AT, entry_id=entry.pk, item=item, said=given)
        return marking.hand_in(actor=actor, at=AT, entry_id=entry.pk)

    def name(self, entry: Entry, *names: str) -> list[Assessor]:
        """These assess the visit."""
        actor = self.act("luyang")
        return [
            judges.name(actor=actor, at=AT, entry_id=entry.pk, part="visit", login=f"{name}-officer")
            for name in names
        ]

    def visits(self, name: str, entry: Entry, **marks: str) -> None:
        """This assessor marks everything, and hands in."""
        actor = self.act(name)
        for item, given in {**GOOD, **marks}.items():
            marking.mark(actor=actor, at=AT, entry_id=entry.pk, part="visit", item=item, said=given)
        marking.hand_over(actor=actor, at=AT, entry_id=entry.pk, part="visit")

    def visited(self, entry: Entry, **marks: str) -> Entry:
        """Two assessors give the same."""
        self.name(entry, "second", "third")
        for name in ("second", "third"):
            self.visits(name, entry, **marks)
        return entry

    def settled(self, union: str = "factory", **marks: str) -> Entry:
        """An entry with its result."""
        entry = self.scored_itself(self.called(union), union)
        self.visited(entry, **marks)
        return settling.settle(actor=self.act("luyang"), at=AT, entry_id=entry.pk)

    def published(self, **marks: str) -> Entry:
        """An entry on notice."""
        entry = self.settled(**marks)
        publishing.publish(actor=self.act("luyang"), at=LATER, run_id=entry.run_id)
        return again(entry)

    def named(self) -> Entry:
        """An entry that was named by a second person."""
        entry = self.published()
        return naming.finish(
            actor=self.act("second"), at=AFTER, entry_id=entry.pk, decision="庐工〔2026〕8号"
        )


def again(entry: Entry) -> Entry:
    """The entry as it is now."""
    return Entry.objects.select_related("run__version").get(pk=entry.pk)


@once_a_run
def _world() -> World:
    world = build()
    for name in ("second", "third", "fourth"):
        appoint(world, "luyang", "county_reviewer", name)
    return world


def _part(code: str, by: str, weight: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"en": code, "zh": f"{code}评"}, "by": by, "weight": weight, **more}


def _group(code: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "label": {"en": code, "zh": f"{code}类"}, "items": list(items)}


def _item(code: str, zh: str, points: int = 10, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"en": code, "zh": zh}, "points": points, **more}


def _step(code: str, points: int) -> dict[str, Any]:
    return {"code": code, "label": {"en": code, "zh": f"{code}档"}, "points": points}


def _grade(code: str, at: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"en": code, "zh": f"{code}级"}, "at": at, **more}
