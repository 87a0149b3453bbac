"""The types of the rule language (ADR 0014). Every value of every type may also be unknown."""

from dataclasses import dataclass
from enum import StrEnum

INT_LEAST, INT_MOST = -(2**63), 2**63 - 1
DOUBLE_LEAST, DOUBLE_MOST = 1e-150, 1e150
DECIMAL_PLACES, DECIMAL_DIGITS = 6, 18


class Kind(StrEnum):
    """What kind of value it is."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    DECIMAL = "decimal"
    STRING = "string"
    DATE = "date"
    DURATION = "duration"
    LIST = "list"
    MAP = "map"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class Type:
    """A kind, with what a list or map holds (`of`), what a map is asked by (`key`), or which entity it is."""

    kind: Kind
    of: "Type | None" = None
    key: "Type | None" = None
    entity: str = ""

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is done with it."""
        return self.kind in {Kind.INT, Kind.DOUBLE, Kind.DECIMAL}

    @property
    def ordered(self) -> bool:
        """Whether `<` means something."""
        return self.numeric or self.kind in {Kind.BOOL, Kind.STRING, Kind.DATE, Kind.DURATION}

    def __str__(self) -> str:
        if self.kind is Kind.LIST:
            return f"list({self.of})"
        if self.kind is Kind.MAP:
            return f"map({self.key}, {self.of})"
        return self.entity or str(self.kind)


BOOL, INT, DOUBLE, DECIMAL = Type(Kind.BOOL), Type(Kind.INT), Type(Kind.DOUBLE), Type(Kind.DECIMAL)
STRING, DATE, DURATION = Type(Kind.STRING), Type(Kind.DATE), Type(Kind.DURATION)


def list_of(held: Type) -> Type:
    """A list of values, or the rows of a relation when an entity is held."""
    return Type(Kind.LIST, of=held)


def map_of(key: Type, held: Type) -> Type:
    """A map from keys to values."""
    return Type(Kind.MAP, of=held, key=key)


def entity(name: str) -> Type:
    """A row of a declared entity."""
    return Type(Kind.ENTITY, entity=name)
