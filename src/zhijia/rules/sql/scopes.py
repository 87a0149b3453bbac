"""What stands behind FROM: the rows a statement is at, the one rows they lead to, and relations grouped once."""

import re
from dataclasses import dataclass, field
from datetime import date

from zhijia.rules.schema import Entity, Relation, Schema
from zhijia.rules.sql.naming import Names
from zhijia.rules.sql.statement import FALSE, TRUE, Bindings, Test, all_of, block, indented, simple


@dataclass(slots=True)
class Scope:
    """One FROM with its joins. `once` says that it is worked out once a statement, not once for each row of another:
    there a relation may be grouped as a whole."""

    once: bool
    base: str = ""
    ones: dict[tuple[str, str], "Row"] = field(default_factory=dict)
    groups: dict[tuple[str, str], "Group"] = field(default_factory=dict)
    joins: list["str | Group"] = field(default_factory=list)

    def text(self) -> str:
        """`table AS alias` and its joins, one a line."""
        return "\n".join([self.base, *(str(join) for join in self.joins)])


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row by its alias. `certain` says that there surely is one; else its key is NULL where there is none."""

    alias: str
    entity: Entity
    scope: Scope
    certain: bool = True

    @property
    def key(self) -> str:
        """The column of its key."""
        return f"{self.alias}.{self.entity.key}"

    @property
    def present(self) -> Test:
        """Whether there is such a row."""
        return TRUE if self.certain else Test(f"{self.key} IS NOT NULL")

    @property
    def absent(self) -> Test:
        """Whether there is none."""
        return FALSE if self.certain else Test(f"{self.key} IS NULL")


@dataclass(frozen=True, slots=True)
class Element:
    """A value of a list, by its text. `known` says that it is never NULL."""

    text: str
    known: bool


@dataclass(slots=True, eq=False)
class Group:
    """The related rows of all rows at once, one line for each value of the relation's keys, joined by them."""

    alias: str
    owner: Row
    relation: Relation
    row: Row
    link: Test
    columns: dict[str, tuple[str, Test]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A column that is NULL where nothing is related."""
        return f"{self.alias}.{self.relation.keys[0][0]}"

    def column(self, name: str, text: str, among: Test) -> str:
        """The column that holds this aggregate of the rows that are `among`."""
        for known, held in self.columns.items():
            if held == (text, among):
                return f"{self.alias}.{known}"
        many = sum(known.startswith(name) for known in self.columns)
        name = f"{name}_{many + 1}" if many else name
        self.columns[name] = (text, among)
        return f"{self.alias}.{name}"

    def __str__(self) -> str:
        keys = [f"{self.row.alias}.{theirs}" for theirs, _ours in self.relation.keys]
        filters = {among for _text, among in self.columns.values()}
        shared = filters.pop() if len(filters) == 1 else TRUE
        said = [
            f"{filtered(text, TRUE if shared == among else among)} AS {name}"
            for name, (text, among) in self.columns.items()
        ]
        where = all_of([self.link, shared])
        inner = [
            "SELECT\n" + indented(",\n".join([*keys, *said])),
            f"FROM {self.row.scope.text()}",
            *([f"WHERE {indented(str(where)).lstrip()}"] if where != TRUE else []),
            "GROUP BY " + ", ".join(keys),
        ]
        on = " AND ".join(
            f"{self.alias}.{theirs} = {self.owner.alias}.{ours}" for theirs, ours in self.relation.keys
        )
        return block("\n".join(inner), "LEFT JOIN (") + f" AS {self.alias} ON {on}"


_AGGREGATE = re.compile(r"§(\w+\((?:[^§]*)\))§")
"""Aggregates in a text are marked, so that a filter can be put behind each of them."""


def marked(aggregate: str) -> str:
    """An aggregate that a filter may be put behind."""
    return f"§{aggregate}§"


def filtered(text: str, among: Test) -> str:
    """The text with this filter behind each marked aggregate, and no marks any more."""
    behind = "" if among == TRUE else f" FILTER (WHERE {among.inline})"
    return _AGGREGATE.sub(lambda found: found[1] + behind, text)


@dataclass(slots=True)
class Templates:
    """Fills what rooms declared with the aliases and values of a statement."""

    schema: Schema
    bindings: Bindings
    on: date
    purpose: str
    union: int | None = None

    def fill(self, template: str, **aliases: str) -> str:
        """The declared SQL with its places filled."""
        values: dict[str, str] = dict(aliases)
        if "{on}" in template:
            values["on"] = self.today()
        if "{purpose}" in template:
            values["purpose"] = self.bindings.named("purpose", self.purpose, "text")
        if "{union}" in template:
            values["union"] = self.bindings.named("union", self.union)
        return template.replace("%", "%%").format(**values)

    def today(self) -> str:
        """The business day asked about."""
        return self.bindings.named("today", self.on.isoformat(), "date")

    def consented(self, row: Row) -> Test:
        """Whether the row's person has consented to the purpose."""
        said = self.fill(row.entity.consented, row=row.alias)
        return Test(said if simple(said) else f"({said})")

    def link(self, owner: Row, relation: Relation, to: str) -> Test:
        """Whether the row `to` is related to the owner."""
        keys = [Test(f"{to}.{theirs} = {owner.alias}.{ours}") for theirs, ours in relation.keys]
        return all_of([*keys, self.narrowed(relation, to)])

    def narrowed(self, relation: Relation, to: str) -> Test:
        """What a relation asks of its rows besides their keys."""
        return Test(f"({self.fill(relation.where, to=to)})") if relation.where else TRUE


def entered(names: Names, entity: Entity, *, once: bool) -> Row:
    """A row of the entity in a scope of its own."""
    scope = Scope(once)
    row = Row(names.take(entity.name), entity, scope)
    scope.base = f"{entity.table} AS {row.alias}"
    return row


def one(templates: Templates, names: Names, owner: Row, relation: Relation) -> Row:
    """The one row a relation leads to: a LEFT JOIN in the owner's scope, made once."""
    known = owner.scope.ones.get((owner.alias, relation.name))
    if known is not None:
        return known
    to = templates.schema.entity(relation.to)
    row = Row(names.take(relation.name), to, owner.scope, certain=False)
    consent = [templates.consented(owner)] if relation.sensitive else []
    on = all_of([templates.link(owner, relation, row.alias), *consent])
    owner.scope.joins.append(f"LEFT JOIN {to.table} AS {row.alias} ON {_in_line(on)}")
    owner.scope.ones[owner.alias, relation.name] = row
    return row


def grouped(templates: Templates, names: Names, owner: Row, relation: Relation) -> Group:
    """The relation grouped once, joined in the owner's scope, made once."""
    known = owner.scope.groups.get((owner.alias, relation.name))
    if known is not None:
        return known
    alias = names.take(relation.name)
    row = entered(names, templates.schema.entity(relation.to), once=True)
    group = Group(alias, owner, relation, row, templates.narrowed(relation, row.alias))
    owner.scope.groups[owner.alias, relation.name] = group
    owner.scope.joins.append(group)
    return group


def _in_line(test: Test) -> str:
    return f" {test.text} ".join(str(part) for part in test.parts) if test.parts else str(test)
