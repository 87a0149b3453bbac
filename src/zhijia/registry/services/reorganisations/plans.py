"""What can be planned: one kind of plan for each way the trees change. Ids and names of unions alone, never persons."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from zhijia.registry.models import Reorganisation

Kind = Reorganisation.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A new union under `parent`; money follows `fund_parent`, the same one unless another is named (ORG-02)."""

    kind: ClassVar[str] = Kind.FOUND
    parent: int
    name: str
    type: str
    level: int
    division: str
    credit_code: str = ""
    holding_pool: bool = False
    fund_parent: int | None = None
    industry_parent: int | None = None

    @property
    def about(self) -> int:
        return self.parent

    @property
    def named(self) -> tuple[int, ...]:
        return _some(self.parent, self.fund_parent, self.industry_parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A union gets another name."""

    kind: ClassVar[str] = Kind.RENAME
    union: int
    name: str

    @property
    def about(self) -> int:
        return self.union

    @property
    def named(self) -> tuple[int, ...]:
        return (self.union,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A union, with all under it, hangs under another parent in these trees. Without a parent it leaves the tree:
    the fund tree or the industry tree, never the organisation's."""

    kind: ClassVar[str] = Kind.MOVE
    union: int
    parent: int | None
    trees: tuple[str, ...] = ("organisation",)

    @property
    def about(self) -> int:
        return self.union

    @property
    def named(self) -> tuple[int, ...]:
        return _some(self.union, self.parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Unions end and become part of another, which takes over all they had (ORG-19). With `division` the place they
    are named after has become part of the other's as well (ORG-18)."""

    kind: ClassVar[str] = Kind.MERGE
    unions: tuple[int, ...]
    into: int
    division: bool = False

    @property
    def about(self) -> int:
        return self.unions[0]

    @property
    def named(self) -> tuple[int, ...]:
        return (*self.unions, self.into)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A new union comes out of another: the unions `children` and the members at these employers go with it."""

    kind: ClassVar[str] = Kind.SPLIT
    union: int
    name: str
    children: tuple[int, ...] = ()
    employers: tuple[int, ...] = ()

    @property
    def about(self) -> int:
        return self.union

    @property
    def named(self) -> tuple[int, ...]:
        return (self.union, *self.children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissolve:
    """A union ends. Its members keep their membership and go to `members_to`, the unions under it to `children_to`
    (ORG-05)."""

    kind: ClassVar[str] = Kind.DISSOLVE
    union: int
    members_to: int | None = None
    children_to: int | None = None

    @property
    def about(self) -> int:
        return self.union

    @property
    def named(self) -> tuple[int, ...]:
        return _some(self.union, self.members_to, self.children_to)


Plan = Found | Rename | Move | Merge | Split | Dissolve
_KINDS: Mapping[str, Callable[..., Plan]] = {
    Kind.FOUND: Found,
    Kind.RENAME: Rename,
    Kind.MOVE: Move,
    Kind.MERGE: Merge,
    Kind.SPLIT: Split,
    Kind.DISSOLVE: Dissolve,
}


def written(plan: Plan) -> dict[str, Any]:
    """The plan as it is kept."""
    return asdict(plan)


def read(reorganisation: Reorganisation) -> Plan:
    """The plan that was kept."""
    said = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in reorganisation.plan["said"].items()
    }
    return _KINDS[reorganisation.kind](**said)


def _some(*unions: int | None) -> tuple[int, ...]:
    return tuple(union for union in unions if union is not None)
