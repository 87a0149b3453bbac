"""Writing facts down, in the transaction that did the thing; taking them back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections

from zhijia.catalogue import definitions
from zhijia.catalogue.fact_kinds import FactKind
from zhijia.kernel import rows


@dataclass(frozen=True, slots=True)
class NewFact:
    """A thing that happened on a day: of which kind, in which union and county (None or 0 where there is
    none), how many, how much in fen, to whom if anybody, cut by the dimensions its kind declares, and the
    record it opens to. `turn` tells several facts of one kind from one record apart."""

    kind: str
    union_id: int | None
    county_id: int | None
    day: date
    record: str
    record_id: object
    quantity: int = 1
    amount: int = 0
    person_id: UUID | None = None
    dimensions: Mapping[str, str | int | bool] = field(default_factory=dict)
    turn: int = 0


class UnknownFact(ValueError):
    """A fact says what its kind does not declare: a mistake of a programmer or of a definition."""


_COLUMNS = {
    "kind": "text",
    "union_id": "int",
    "county_id": "int",
    "day": "date",
    "quantity": "bigint",
    "amount": "bigint",
    "person_id": "uuid",
    "dimensions": "jsonb",
    "class": "text",
    "record": "text",
    "record_id": "text",
    "turn": "smallint",
    "run_id": "text",
}
# Nothing comes back from this INSERT: who writes a fact may often not read it, and the policy would refuse.
_INSERT = (
    f"INSERT INTO facts_fact ({', '.join(_COLUMNS)}) SELECT * FROM unnest("  # noqa: S608 - constants
    f"{', '.join(f'%s::{kind}[]' for kind in _COLUMNS.values())})"
)
_COPY = f"COPY facts_fact ({', '.join(_COLUMNS)}) FROM STDIN"


def record(facts: Sequence[NewFact], run_id: object = None, using: str = "default") -> None:
    """Write these facts down in one statement, in the running transaction.

    Raises UnknownFact when one does not fit its kind, IntegrityError when its record has told it that day.
    """
    if not facts:
        return
    made = _Rows(run_id)
    told = [made.of(fact) for fact in facts]
    rows.run(_INSERT, [list(column) for column in zip(*told, strict=True)], using)


def record_many(facts: Iterable[NewFact], run_id: object = None, using: str = "bulk") -> int:
    """Stream facts in by COPY, in one statement and bounded memory, in the running transaction; how many.

    For runs as the role `bulk`: row policies refuse COPY to others. Raises what `record` raises.
    """
    many, made = 0, _Rows(run_id)
    database = connections[using]
    with database.wrap_database_errors, database.cursor() as cursor, cursor.copy(_COPY) as copy:
        for fact in facts:
            copy.write_row(made.of(fact))
            many += 1
    return many


def record_each(
    like: NewFact,
    select: str,
    values: Mapping[str, Any],
    *,
    run_id: object = None,
    using: str = "bulk",
    measured: bool = False,
) -> int:
    """Write a fact like this one for each row of a SELECT, in one statement of the running transaction; how many.

    The SELECT names `record_id`, `person_id` and each dimension of `like` (none where a row has none); with `measured`
    also its own `quantity` and `amount`. It is the caller's own words, with `values` for its placeholders. Raises
    UnknownFact when `like` does not fit its kind.
    """
    dimensions, proof = fitting(like)
    cuts = ", ".join(f"'{name}', each.\"{name}\"" for name in sorted(json.loads(dimensions)))
    measures = "each.quantity, each.amount" if measured else "%(quantity)s, %(amount)s"
    fixed: dict[str, Any] = {
        "kind": like.kind, "union": like.union_id or 0, "county": like.county_id or 0, "day": like.day,
        "quantity": like.quantity, "amount": like.amount, "proof": proof, "record": like.record,
        "turn": like.turn, "run": None if run_id is None else str(run_id),
    }  # fmt: skip
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO facts_fact ({', '.join(_COLUMNS)})"  # noqa: S608 - constants, and the caller's own words
            f" SELECT %(kind)s, %(union)s, %(county)s, %(day)s, {measures}, each.person_id,"
            f" jsonb_strip_nulls(jsonb_build_object({cuts})), %(proof)s, %(record)s, each.record_id::text,"
            " %(turn)s, %(run)s"
            f" FROM ({select}) AS each",
            fixed | dict(values),
        )
        return int(cursor.rowcount)


def reverse(
    *,
    record: str,
    record_ids: Sequence[object],
    kinds: Sequence[str] | None = None,
    run_id: object = None,
    using: str = "bulk",
) -> int:
    """Take back every standing fact of these records (of these kinds) that the caller may see, each on its own day;
    how many it was.

    For what was wrong or undone. What really ended later (a member left) is a fact of its own. A second call
    finds nothing to take back.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT facts_reverse(%s, %s::text[], %s::text[], %s)",
            [
                record,
                [str(one) for one in record_ids],
                None if kinds is None else list(kinds),
                None if run_id is None else str(run_id),
            ],
        )
        (many,) = cursor.fetchone()
    return int(many)


class _Rows:
    """Makes the columns of facts; what many facts have in common is checked and written out once."""

    def __init__(self, run_id: object) -> None:
        self._run = None if run_id is None else str(run_id)
        self._fitting: dict[tuple[Any, ...], tuple[str, str]] = {}

    def of(self, fact: NewFact) -> tuple[Any, ...]:
        """The fact in the order of the columns. Raises UnknownFact."""
        types = map(type, fact.dimensions.values())  # True and 1 are equal, and are not the same word
        alike = (fact.kind, fact.record, fact.person_id is None, *fact.dimensions.items(), *types)
        if alike not in self._fitting:
            self._fitting[alike] = fitting(fact)
        dimensions, proof = self._fitting[alike]
        return (
            fact.kind,
            fact.union_id or 0,
            fact.county_id or 0,
            fact.day,
            fact.quantity,
            fact.amount,
            fact.person_id,
            dimensions,
            proof,
            fact.record,
            str(fact.record_id),
            fact.turn,
            self._run,
        )


def fitting(fact: NewFact) -> tuple[str, str]:
    """The dimensions of the fact as they are kept, and its class. Raises UnknownFact."""
    return json.dumps(dict(fact.dimensions), ensure_ascii=False, sort_keys=True), _kind_of(fact).proof


def _kind_of(fact: NewFact) -> FactKind:
    """The declared kind, once the fact was found to fit it."""
    kind = definitions.load().facts.get(fact.kind)
    if kind is None:
        raise UnknownFact(f"There is no kind of fact {fact.kind}.")
    if fact.record != kind.record:
        raise UnknownFact(f"A fact {fact.kind} opens to a {kind.record}, not to a {fact.record}.")
    if strange := sorted(fact.dimensions.keys() - kind.dimension_codes):
        raise UnknownFact(f"A fact {fact.kind} has no dimension {strange[0]}.")
    if kind.proof == "aggregated" and fact.person_id is not None:
        raise UnknownFact(f"A fact {fact.kind} is counted without persons.")
    return kind
