"""What a rule looks at: rows of which tables, reached how from its subject, and which of their columns; which numbers,
and whether the day itself. Read from the typed form and from what the rooms declared, never from the database.

Who keeps the verdicts of a rule (the room `watches`) goes by it: a change elsewhere cannot change what the rule says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhijia.rules import ir
from zhijia.rules.loading import Needs, needs
from zhijia.rules.schema import Entity, Schema, declared

_TABLES = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+AS\s+(\w+))?")
_OWN = re.compile(r"\{(?:row|to)\}\.(\w+)")


class NotTraced(LookupError):
    """The SQL of a declared field looks at a table in a way that does not say which row it belongs to."""


@dataclass(frozen=True, slots=True)
class Hop:
    """From a row to rows of `table`: those whose column `theirs` is the row's column `ours`."""

    table: str
    theirs: str
    ours: str


Path = tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """Rows of `table` that a rule looks at, hop by hop from its subject (none: the subject itself), and the columns of
    theirs that count. Those that join them to the row before are among the columns."""

    table: str
    path: Path
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reads:
    """What rules about one entity look at. `day` says that they can change by the day alone; `declared` is what the
    rooms said of the fields and relations they use, each in a line: another one can change what the rules say."""

    subject: Entity
    looked: tuple[Looked, ...]
    parameters: frozenset[str]
    day: bool
    declared: frozenset[str]

    @property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns that count, by table."""
        found: dict[str, frozenset[str]] = {}
        for one in self.looked:
            found[one.table] = found.get(one.table, frozenset()) | one.columns
        return found

    def link(self, looked: Looked) -> str:
        """The column of the rows that leads back to the subject."""
        return looked.path[-1].theirs if looked.path else self.subject.key


def reads(rules: Sequence[ir.Rule], schema: Schema = declared) -> Reads:
    """What these rules, all about one entity, look at. Raises NotTraced where a declared field does not say it."""
    subject = schema.entity(rules[0].subject)
    found = _Found(schema)
    found.seen(subject.table, (), {subject.key})
    found.needed(subject, (), needs(rules))
    nodes = [node for rule in rules for node in ir.walk(rule.root)]
    parameters = frozenset(node.key for node in nodes if isinstance(node, ir.Parameter))
    if parameters:
        found.template(subject.table, (), subject.division)
    day = found.day or any(isinstance(node, ir.Today) for node in nodes)
    looked = tuple(Looked(table, path, frozenset(held)) for (table, path), held in found.columns.items())
    return Reads(subject, looked, parameters, day, frozenset(found.declared))


class _Found:
    """What was met on the way through the rules."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.columns: dict[tuple[str, Path], set[str]] = {}
        self.day = False
        self.declared: set[str] = set()

    def seen(self, table: str, path: Path, columns: set[str]) -> None:
        self.columns.setdefault((table, path), set()).update(columns)

    def needed(self, entity: Entity, path: Path, asked: Needs) -> None:
        """All that is asked of the rows of an entity, and of those behind them."""
        for held in asked.fields.values():
            self.said(entity, held.name, held.sql, held.type, held.low, held.high, held.sensitive)
            self.template(entity.table, path, held.sql)
            if held.sensitive:
                self.template(entity.table, path, entity.consented)
        for relation, below in asked.relations.values():
            to = self.schema.entity(relation.to)
            self.said(entity, relation.name, relation.to, relation.keys, relation.where, relation.many)
            theirs, ours = relation.keys[0]
            behind = (*path, Hop(to.table, theirs, ours))
            self.seen(entity.table, path, {ours for _theirs, ours in relation.keys})
            self.seen(to.table, behind, {to.key, *(theirs for theirs, _ours in relation.keys)})
            self.template(to.table, behind, relation.where)
            if relation.sensitive:
                self.template(entity.table, path, entity.consented)
            self.needed(to, behind, below)

    def said(self, entity: Entity, name: str, *more: object) -> None:
        """What was declared of a field or relation."""
        self.declared.add(f"{entity.name}.{name}: {more}")

    def template(self, table: str, path: Path, sql: str) -> None:
        """What a piece of declared SQL looks at: columns of its own row, and rows of other tables beside it."""
        self.declared.add(f"{table}: {sql}")
        self.day = self.day or "{on}" in sql
        self.seen(table, path, set(_OWN.findall(sql)))
        for other, alias in _TABLES.findall(sql):
            joined = re.search(rf"\b{alias}\.(\w+) = \{{(?:row|to)\}}\.(\w+)", sql) if alias else None
            if joined is None:
                raise NotTraced(f"It does not say which row of {other} belongs to a row of {table}: {sql}")
            theirs, ours = joined.groups()
            beside = (*path, Hop(other, theirs, ours))
            self.seen(other, beside, set(re.findall(rf"\b{alias}\.(\w+)", sql)))
