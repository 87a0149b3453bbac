"""Doing a planned reorganisation, as a whole or not at all: one transaction on `bulk`, alone in the trees.

Delivered twice, or again after a crash, it is done once: the row's lock and its state see to that. A plan whose
premises are no longer true is stopped and says why; nothing of it is done.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Greatest

from zhijia.audit import services as audit
from zhijia.catalogue.models import Division
from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.notices import services as notices
from zhijia.registry import access, tree
from zhijia.registry.models import Parent, Post, Reorganisation, Union, UnionName
from zhijia.registry.services import unions
from zhijia.registry.services.reorganisations import moving, plans, rules, standing, waiting
from zhijia.registry.services.reorganisations.rules import NEW, Begin, Call, Effect, End, Hand, Hang, Succeed

State = Reorganisation.State
WAIT = "5min"
"""How long it waits for somebody's lock before it gives up and is tried again."""


def do(*, at: datetime, reorganisation_id: UUID) -> Reorganisation:
    """Do what was planned, when its day has come and nobody has done it. Answers it as it is now."""
    with whole() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
        planned = Reorganisation.objects.using("bulk").select_for_update().get(pk=reorganisation_id)
        if planned.state != State.PLANNED or planned.effective_on > days.business_day(at):
            return planned
        tree.hold(using="bulk")
        plan = plans.read(planned)
        stands = standing.of(plan, day=planned.effective_on, using="bulk")
        planned.failure = _changed(planned, plan, stands)
        asked: list[waiting.Asked] = []
        actor = Actor(planned.user_id, "job", str(planned.pk))
        if planned.failure:
            planned.state = State.STOPPED
        else:
            doing = _Doing(cursor, planned, at)
            doing.all(rules.effects(plan, stands))
            planned.state, planned.done_at, planned.counts = State.DONE, at, doing.counts
            asked = doing.asked
        planned.save(using="bulk", update_fields=["state", "failure", "done_at", "counts"])
        union = Union.objects.using("bulk").get(pk=planned.union_id)
        audit.record(
            actor=actor,
            at=at,
            action="reorganisation.do" if planned.state == State.DONE else "reorganisation.stop",
            subject="reorganisation",
            subject_id=planned.pk,
            place=access.place_of(union),
            reason=planned.reason,
            detail={"kind": planned.kind, "why": planned.failure, **planned.counts},
            using="bulk",
        )
    _tell(actor, at, planned, union)
    waiting.tell(actor, at, asked)
    return planned


def do_due(*, at: datetime) -> int:
    """Do everything whose day has come, in the order of the days and of the planning; how many were done."""
    due = Reorganisation.objects.filter(state=State.PLANNED, effective_on__lte=days.business_day(at))
    waiting = list(due.order_by("effective_on", "recorded_at", "id").values_list("id", flat=True))
    return sum(do(at=at, reorganisation_id=one).state == State.DONE for one in waiting)


def settle(*, at: datetime, since: datetime) -> int:
    """Take along what somebody wrote under the old county, or in a dissolved union, while a reorganisation was under
    way; how many members it was. Run again it finds nothing."""
    settled = 0
    ending = (Reorganisation.Kind.DISSOLVE, Reorganisation.Kind.MERGE)
    moved = Q(kind__in=ending) | Q(county_changes__isnull=False)
    done = Reorganisation.objects.filter(moved, state=State.DONE, done_at__gte=since).distinct()
    for reorganisation in done.order_by("done_at", "id"):
        with whole() as cursor:
            tree.hold(using="bulk")
            doing = _Doing(cursor, reorganisation, at)
            settled += doing.again(plans.read(reorganisation))
        waiting.tell(Actor(reorganisation.user_id, "job", str(reorganisation.pk)), at, doing.asked)
    return settled


def _changed(planned: Reorganisation, plan: plans.Plan, stands: rules.Standing) -> str:
    """Why the plan cannot be done any more; empty when its premises are still true."""
    if said := rules.objection(plan, stands):
        return said
    if standing.parents(stands, plan) != planned.plan["was"]:
        return "moved_meanwhile"
    later = Parent.objects.using("bulk").filter(
        union__in=plan.named, valid_to__isnull=True, valid_from__gt=planned.effective_on
    )
    if later.exists():
        return "moved_meanwhile"
    if isinstance(plan, plans.Found):
        try:
            unions.check_credit_code(plan.credit_code, using="bulk")
        except Refusal as refusal:
            return refusal.code
    return ""


def _tell(actor: Actor, at: datetime, planned: Reorganisation, union: Union) -> None:
    with acting(actor):
        notices.send(
            actor=actor,
            at=at,
            to_user=planned.user_id,
            kind="reorganisation_done" if planned.state == State.DONE else "reorganisation_stopped",
            values={"union": union.name},
            link=f"/reorganisations/{planned.pk}/",
            reason="reorganisation",
        )


@dataclass
class _Doing:
    """A reorganisation at work: its cursor on `bulk`, and what it has counted and founded so far."""

    cursor: Any
    planned: Reorganisation
    at: datetime
    counts: dict[str, int] = field(default_factory=dict)
    founded: int = NEW
    asked: list[waiting.Asked] = field(default_factory=list)
    crossing: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return self.planned.effective_on

    def all(self, effects: tuple[Effect, ...]) -> None:
        """Every effect in its order; what a new union hangs under is written as it is founded."""
        for effect in effects:
            if not isinstance(effect, (Begin, Hang)):
                self._cross()
            if isinstance(effect, Begin):
                self._begin(
                    effect, {h.tree: h.parent for h in effects if isinstance(h, Hang) and h.union == NEW}
                )
            elif isinstance(effect, Hang):
                self._hang(effect)
            elif isinstance(effect, Call):
                self._call(effect)
            elif isinstance(effect, Hand):
                self._hand(effect)
            elif isinstance(effect, End):
                self._end(effect)
            else:
                self._succeed(effect)
        self._cross()

    def again(self, plan: plans.Plan) -> int:
        """What came late: rows under an old county, what waits or stands in a union that ended."""
        late = 0
        for border in self._borders():
            late += moving.over(self.cursor, border)
        if isinstance(plan, plans.Dissolve) and plan.members_to is not None:
            late += self._hand(Hand(plan.union, plan.members_to, None))
        if isinstance(plan, plans.Merge):
            for union in plan.unions:
                self._hand(Hand(union, plan.into, None, members=False))
        return late

    def _begin(self, effect: Begin, parents: dict[str, int | None]) -> None:
        union = unions.write(
            at=self.at,
            day=self.day,
            parents={tree: parent for tree, parent in parents.items() if parent is not None},
            name=effect.name,
            type=effect.type,
            level=effect.level,
            division=effect.division,
            credit_code=effect.credit_code,
            approval_number=self.planned.approval_number,
            holding_pool=effect.holding_pool,
            using="bulk",
        )
        self.founded = union.pk
        self._count("founded", 1)

    def _hang(self, effect: Hang) -> None:
        """Close the edge and open another; what is kept of today's tree follows, in the organisation's the rows too."""
        if effect.union == NEW:
            return
        parent = self.founded if effect.parent == NEW else effect.parent
        edges = Parent.objects.using("bulk").filter(union_id=effect.union, tree=effect.tree)
        edges.filter(valid_to__isnull=True).update(valid_to=self.day)
        if parent is not None:
            edges.create(
                union_id=effect.union,
                parent_id=parent,
                tree=effect.tree,
                valid_from=self.day,
                recorded_at=self.at,
            )
        self._count("edges", 1)
        if effect.tree != rules.ORGANISATION:
            self._follow(effect.union, parent, effect.tree)
        elif parent is not None:
            crossing = tree.hang(effect.union, parent, using="bulk")
            if crossing:
                way = (crossing.from_county, crossing.to_county)
                self.crossing.setdefault(way, []).extend(crossing.union_ids)

    def _follow(self, union: int, parent: int | None, kind: str) -> None:
        if parent is None:
            tree.leave(union, kind, using="bulk")
        else:
            tree.follow(union, parent, kind, using="bulk")

    def _cross(self) -> None:
        """What went over a county border so far takes its rows along, all of one way at once."""
        for (from_county, to_county), ids in self.crossing.items():
            border = moving.Border(tuple(ids), from_county, to_county, self.day, self.planned.pk)
            moving.unions_over(border)
            self._count("over_a_border", moving.over(self.cursor, border))
        self.crossing = {}

    def _call(self, effect: Call) -> None:
        union = Union.objects.using("bulk").select_for_update().get(pk=effect.union)
        earlier = union.names.using("bulk").order_by("-valid_to", "-id").first()
        UnionName.objects.using("bulk").create(
            union=union,
            name=union.name,
            valid_from=min(earlier.valid_to if earlier else union.founded_on, self.day),
            valid_to=self.day,
            recorded_at=self.at,
        )
        Union.objects.using("bulk").filter(pk=union.pk).update(name=effect.name)

    def _hand(self, effect: Hand) -> int:
        ids = (effect.source, self.founded if effect.target == NEW else effect.target)
        source, target = (Union.objects.using("bulk").get(pk=union) for union in ids)
        moving.coverage(
            self.cursor, source=source.pk, target=target.pk, employers=effect.employers, day=self.day
        )
        many = 0
        if effect.members:
            many = moving.members(
                self.cursor,
                source=source,
                target=target,
                employers=effect.employers,
                day=self.day,
                at=self.at,
                run_id=self.planned.pk,
            )
            self._count("members", many)
        if effect.employers is None:
            self.asked += waiting.follow(self.cursor, source=source, target=target, at=self.at)
        return many

    def _end(self, effect: End) -> None:
        union = Union.objects.using("bulk").get(pk=effect.union)
        Union.objects.using("bulk").filter(pk=union.pk).update(
            dissolved_on=self.day, successor=effect.successor
        )
        Post.objects.using("bulk").filter(union_id=union.pk, ended_on__isnull=True).update(
            ended_on=Greatest("term_from", self.day)
        )
        facts.record(
            [
                facts.NewFact(
                    kind="union.dissolved",
                    union_id=union.pk,
                    county_id=union.county_id,
                    day=self.day,
                    record="union",
                    record_id=union.pk,
                    dimensions={"type": union.type},
                )
            ],
            run_id=self.planned.pk,
            using="bulk",
        )
        self._count("ended", 1)

    def _succeed(self, effect: Succeed) -> None:
        standing_one = Q(code=effect.division, successor="")
        Division.objects.using("bulk").filter(standing_one).update(
            valid_to=self.day, successor=effect.successor
        )

    def _borders(self) -> list[moving.Border]:
        """The county borders this reorganisation took unions over, as far as they are still there."""
        changes = self.planned.county_changes.using("bulk").order_by("from_county", "to_county", "union")
        found: dict[tuple[int, int], list[int]] = {}
        for change in changes.select_related("union"):
            if change.union.county_id == change.to_county_id:
                found.setdefault((change.from_county_id, change.to_county_id), []).append(change.union_id)
        return [
            moving.Border(tuple(ids), start, end, self.day, self.planned.pk)
            for (start, end), ids in found.items()
        ]

    def _count(self, what: str, many: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + many
