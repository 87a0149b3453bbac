"""What rules may speak of: entities, their fields and relations, declared by the rooms that hold them.

A room calls `declare` in its `apps.py`. SQL here is a template: `{row}` is the alias of the entity's row, `{to}` that
of the related row, `{on}` the business day asked about (a date), `{purpose}` the purpose a rule is published for,
`{union}` the union asked below. Nothing else stands in braces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from zhijia.catalogue.text import Text
from zhijia.rules.types import Type


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: `zh` follows it without a blank (`1200元`), `en` with one (`1,200 yuan`)."""

    words: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A value of an entity. `purposes` says for which purposes it may be used (why we may know it); `sensitive`
    ones are unknown where the person has not consented to the purpose of the rule. `ask` is the question that
    fills it when it is unknown, `evidence` what shows another value; nobody can change a `fixed` one (sex, date
    of birth), though time may pass. `code_list` names the words of coded values; `choices` are codes of its own with
    their words. `low` and `high` bound an int
    (both included); outside them it is unknown. A `required` one is never NULL in its row. The SQL of a decimal
    gives at most six places below 10^18, that of a duration whole seconds. On a date, `unit` is what full years
    since it are called (周岁). The label of a bool is a noun (农民工, Migrant worker: 是农民工) or begins with its verb
    (已退休, Is retired; 有会员卡, Has a member card). English labels are singular."""

    name: str
    type: Type
    label: Text
    sql: str
    source: str
    purposes: frozenset[str]
    unit: Unit | None = None
    sensitive: bool = False
    required: bool = False
    code_list: str = ""
    ask: Text | None = None
    evidence: Text | None = None
    fixed: bool = False
    low: int | None = None
    high: int | None = None
    years_since: str = ""
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of another entity that belong to a row. `keys` pairs (column of `to`, column of `row`) that have to be
    equal; `where` narrows the related rows further and speaks of `{to}` and `{on}` alone. `many` is a list of rows,
    otherwise there is at most one, and none makes each of its fields unknown. `ask` and `evidence` are as those of a
    field."""

    name: str
    to: str
    label: Text
    keys: tuple[tuple[str, str], ...]
    purposes: frozenset[str]
    source: str
    many: bool = True
    where: str = ""
    sensitive: bool = False
    ask: Text | None = None
    evidence: Text | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a rule may be about. `key` is the column of its number or id, `key_type` its PostgreSQL type.
    `division` gives the place whose parameters hold for a row, `within` says that a row lies at or below `{union}`,
    `consented` that its person has consented to `{purpose}` on `{on}`; an entity without persons says nothing there
    and has no sensitive fields."""

    name: str
    label: Text
    table: str
    key: str
    key_type: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    division: str = ""
    within: str = ""
    consented: str = ""


class Schema:
    """The declared entities by name."""

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}

    def declare(self, entity: Entity) -> None:
        """Let rules speak of it. Raises ValueError for a second entity of that name or a sensitive field nobody can
        consent to."""
        if entity.name in self._entities:
            raise ValueError(f"The entity {entity.name} is declared already.")
        parts: list[Field | Relation] = [*entity.fields.values(), *entity.relations.values()]
        hidden = [part.name for part in parts if part.sensitive]
        if hidden and not entity.consented:
            raise ValueError(
                f"{entity.name} holds sensitive {', '.join(hidden)} but does not say who has consented."
            )
        self._entities[entity.name] = entity

    def entity(self, name: str) -> Entity:
        """The entity of that name. Raises LookupError."""
        try:
            return self._entities[name]
        except KeyError:
            raise LookupError(f"No room has declared the entity {name}.") from None

    @property
    def entities(self) -> Mapping[str, Entity]:
        """All of them."""
        return MappingProxyType(self._entities)


declared = Schema()
"""What the rooms of this installation have declared."""


Part = TypeVar("Part", Field, Relation)


def named(*parts: Part) -> dict[str, Part]:
    """Fields or relations by their names."""
    return {part.name: part for part in parts}
