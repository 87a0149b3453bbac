"""What a plan would change, before anybody decides it.

It reads and computes; it locks and writes nothing. Its trees are excerpts: the unions the plan is about and
those above them, as far as they have one in common.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from zhijia.catalogue import ports, roles
from zhijia.facts import queries as facts
from zhijia.kernel import days
from zhijia.registry import tree
from zhijia.registry.models import Grant, Membership, Person, Reorganisation, Union
from zhijia.registry.queries import counts
from zhijia.registry.services.reorganisations import plans, rules
from zhijia.registry.services.reorganisations.rules import NEW, Begin, Call, Effect, End, Hand, Hang, Standing

ROOMS = "registry.reorganisation"
"""The family of ports by which rooms above say what follows for them: (unions: Sequence[Union], day) -> list[str]."""
OFFICERS = 50


@dataclass(frozen=True, slots=True)
class Spot:
    """A union in an excerpt of the tree, with its members and what hangs under it there."""

    id: int
    name: str
    members: int
    ended: bool
    touched: bool
    below: tuple["Spot", ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """A right whose holder sees other members afterwards, or holds it at a union that has ended."""

    login: str
    role: str
    union: str
    before: int
    after: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What follows from a plan: `moving` members change their union, `along` go with the unions they are in."""

    effects: tuple[Effect, ...]
    names: Mapping[int, str]
    before: tuple[Spot, ...]
    after: tuple[Spot, ...]
    moving: int
    along: int
    officers: tuple[Officer, ...]
    rooms: tuple[str, ...]
    others: tuple[Reorganisation, ...]


def preview(*, plan: plans.Plan, stands: Standing, day: date) -> Preview:
    """What the plan would change, as the unions stand. The caller has asked whether the actor may decide it."""
    effects = rules.effects(plan, stands)
    above = _parents(effects, stands)
    own, moving = _own(above, effects, stands)
    changed = _changed(above, effects)
    new = next((effect.name for effect in effects if isinstance(effect, Begin)), "")
    names = {**dict(Union.objects.filter(pk__in=above).values_list("pk", "name")), NEW: new}
    ended = set(Union.objects.filter(pk__in=above, dissolved_on__isnull=False).values_list("pk", flat=True))
    ending = {effect.union for effect in effects if isinstance(effect, End)}
    touched = _touched(effects)
    called = {effect.union: effect.name for effect in effects if isinstance(effect, Call)}
    before = _spots(above, own[0], names, ended, touched)
    after = _spots(changed, own[1], {**names, **called}, ended | ending, touched)
    return Preview(
        effects=effects,
        names=names,
        before=before,
        after=after,
        moving=moving,
        along=sum(_flat(before)[effect.union].members for effect in _moves(effects)),
        officers=_officers(before, after, ending),
        rooms=tuple(
            said
            for room in ports.call_all(ROOMS, unions=list(Union.objects.filter(pk__in=touched)), day=day)
            for said in room
        ),
        others=tuple(_others(plan)),
    )


def _moves(effects: Sequence[Effect]) -> list[Hang]:
    """What moves in the tree of the organisation, but for a union that is new."""
    return [
        effect
        for effect in effects
        if isinstance(effect, Hang) and effect.tree == rules.ORGANISATION and effect.union != NEW
    ]


def _touched(effects: Sequence[Effect]) -> set[int]:
    """The unions the effects name."""
    touched: set[int] = set()
    for effect in effects:
        if isinstance(effect, Hang):
            touched |= {effect.union, effect.parent or NEW}
        elif isinstance(effect, Hand):
            touched |= {effect.source, effect.target}
        elif isinstance(effect, (Call, End)):
            touched.add(effect.union)
    return touched - {NEW}


def _parents(effects: Sequence[Effect], stands: Standing) -> dict[int, int | None]:
    """The excerpt as it stands: each union the plan touches and all above it, by its parent, from the lowest union
    they have in common."""
    touched = Union.objects.filter(pk__in=_touched(effects) | set(stands))
    paths = [[union.pk for union in tree.path(one)] for one in touched]
    common = 0
    while all(len(path) > common and path[common] == paths[0][common] for path in paths):
        common += 1
    top = max(common - 1, 0)
    return {
        union: (path[place - 1] if place > top else None)
        for path in paths
        for place, union in enumerate(path)
        if place >= top
    }


def _changed(above: Mapping[int, int | None], effects: Sequence[Effect]) -> dict[int, int | None]:
    """The excerpt as it would be."""
    changed = dict(above)
    for effect in effects:
        if isinstance(effect, Hang) and effect.tree == rules.ORGANISATION:
            changed[effect.union] = effect.parent
    return changed


def _own(
    above: Mapping[int, int | None], effects: Sequence[Effect], stands: Standing
) -> tuple[tuple[dict[int, int], dict[int, int]], int]:
    """What each union of the excerpt has beside those under it there, before and after, and how many members go from
    one union to another."""
    whole = {union: counts.members(union) for union in above}
    before = dict(whole)
    for child, parent in above.items():
        if parent is not None:
            before[parent] -= whole[child]
    after, moving = {**before, NEW: 0}, 0
    for effect in effects:
        if isinstance(effect, Hand) and effect.members:
            many = _handed(effect)
            after[effect.source] -= many
            after[effect.target] += many
            moving += many
    return (before, after), moving


def _handed(effect: Hand) -> int:
    """How many members go from one union to the other."""
    if effect.employers is None:
        return facts.total(counts.MEMBERS, unions=[effect.source])
    people = Person.objects.filter(union_id=effect.source, employer_id__in=effect.employers)
    return Membership.objects.filter(
        union_id=effect.source, valid_to__isnull=True, person_id__in=people.values("pk")
    ).count()


def _spots(
    above: Mapping[int, int | None],
    own: Mapping[int, int],
    names: Mapping[int, str],
    ended: set[int],
    touched: set[int],
) -> tuple[Spot, ...]:
    """The excerpt as a tree, each union with the members at and under it."""
    below: dict[int | None, list[int]] = {}
    for union, parent in sorted(above.items()):
        below.setdefault(parent, []).append(union)

    def under(parent: int | None) -> tuple[Spot, ...]:
        return tuple(spot(union) for union in below.get(parent, ()))

    def spot(union: int) -> Spot:
        inside = under(union)
        members = own[union] + sum(one.members for one in inside)
        return Spot(union, names[union], members, union in ended, union in touched or union == NEW, inside)

    return under(None)


def _flat(spots: Sequence[Spot]) -> dict[int, Spot]:
    return {spot.id: spot for one in spots for spot in (one, *_flat(one.below).values())}


def _officers(before: Sequence[Spot], after: Sequence[Spot], ending: set[int]) -> tuple[Officer, ...]:
    """Whose rights open more or less than before, or stand at a union that ends."""
    old, new = _flat(before), _flat(after)
    others = [union for union in old if old[union].members != new[union].members or union in ending]
    today = days.business_day(days.now())
    held = Grant.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), union__in=others)
    return tuple(
        Officer(
            login=grant.user.login,
            role=str(roles.get(grant.role).label),
            union=old[grant.union_id].name,
            before=old[grant.union_id].members,
            after=new[grant.union_id].members,
            ended=grant.union_id in ending,
        )
        for grant in held.select_related("user").order_by("union__level", "id")[:OFFICERS]
    )


def _others(plan: plans.Plan) -> list[Reorganisation]:
    """Plans that wait and name one of the same unions: whichever is done first may stop the other."""
    waiting = (
        Reorganisation.objects.filter(state=Reorganisation.State.PLANNED)
        .select_related("union")
        .order_by("effective_on")
    )
    return [one for one in waiting if set(plans.read(one).named) & set(plan.named)]
