"""What the database listens to for the kept rules, and whom of a rule a touched row is about.

The trigger `watches_hear` notes rows by the columns that lead to a subject; here they are followed back to it, along
the hops the rule took, with the columns' own types so that indexes answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia.rules.reads import Looked
from zhijia.watches.plans import Plan
from zhijia.watches.subjects import WIDE, WIDE_FROM

_TYPE = """
SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attname = %s AND NOT a.attisdropped"""
_HEARD = "SELECT heard, columns, links, wide, wide_from FROM watches_heard"
_HEAR = """
INSERT INTO watches_heard (heard, columns, links, wide, wide_from) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (heard) DO UPDATE SET columns = excluded.columns, links = excluded.links,
  wide = excluded.wide, wide_from = excluded.wide_from"""


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows that changed, as the trigger noted them."""

    id: int
    heard: str
    link: str
    value: str
    wide: bool
    changed: frozenset[str] | None
    code: str
    behind: str


def hear(cursor: Any, plans: Iterable[Plan]) -> bool:
    """Listen to all that these rules look at, and to nothing else; whether that is anything new."""
    wanted: dict[str, tuple[set[str], set[str]]] = {}
    for plan in plans:
        for looked in plan.reads.looked:
            columns, links = wanted.setdefault(looked.table, (set(), set()))
            columns.update(counted(plan, looked))
            links.add(plan.reads.link(looked))
    cursor.execute(_HEARD)
    known = {row[0]: row for row in cursor.fetchall()}
    for table in known.keys() - wanted.keys():
        cursor.execute("DELETE FROM watches_heard WHERE heard = %s", [table])
    grown = False
    for table, (columns, links) in sorted(wanted.items()):
        wide = WIDE.get(table, "")
        line = (table, sorted(columns), sorted(links), wide, WIDE_FROM if wide else 0)
        if known.get(table) != line:
            cursor.execute(_HEAR, line)
            grown = True
    return grown


def counted(plan: Plan, looked: Looked) -> frozenset[str]:
    """The columns of these rows whose change counts: those the rule looks at, where its subjects stand, and the union
    by which many rows are noted as one."""
    place = frozenset() if looked.path else plan.subject.place
    wide = {WIDE[looked.table]} if looked.table in WIDE else set()
    return looked.columns | place | wide


def about(plan: Plan, touched: Iterable[Touched]) -> list[Touched]:
    """Those among them that can change what the rule says."""
    return [touch for touch in touched if any(_meets(plan, looked, touch) for looked in plan.reads.looked)]


def keys(cursor: Any, plan: Plan, touched: Sequence[Touched], *, behind: str = "", most: int) -> list[Any]:
    """The keys of the rule's subjects these rows are about, in their order, behind one and so many at most."""
    parts: list[str] = []
    values: dict[str, Any] = {"most": most}
    for looked in plan.reads.looked:
        for wide in (False, True):
            found = sorted(
                {touch.value for touch in touched if touch.wide is wide and _meets(plan, looked, touch)}
            )
            if found:
                name = f"v{len(parts)}"
                values[name] = found
                parts.append(_subjects(cursor, plan, looked, name, wide))
    if not parts:
        return []
    key_type = plan.subject.key_type
    beyond = f"WHERE found.key > %(behind)s::{key_type}" if behind else ""
    values["behind"] = behind
    cursor.execute(
        f"SELECT DISTINCT found.key FROM ({' UNION ALL '.join(parts)}) AS found {beyond}"  # noqa: S608
        " ORDER BY found.key LIMIT %(most)s",
        values,
    )
    return [key for (key,) in cursor.fetchall()]


def _meets(plan: Plan, looked: Looked, touch: Touched) -> bool:
    if touch.heard != looked.table or not (touch.wide or touch.link == plan.reads.link(looked)):
        return False
    return touch.changed is None or bool(touch.changed & counted(plan, looked))


def _subjects(cursor: Any, plan: Plan, looked: Looked, name: str, wide: bool) -> str:
    """The keys of subjects that these values lead back to, as a SELECT. Names of tables and columns are those rooms
    declared, values are bound."""
    subject, link = plan.reads.subject, plan.reads.link(looked)

    def given(table: str, column: str) -> str:
        return f"ANY (%({name})s::text[]::{_type_of(cursor, table, column)}[])"

    if not looked.path:
        column = WIDE[looked.table] if wide else subject.key
        return f"SELECT s0.{subject.key} AS key FROM {subject.table} s0 WHERE s0.{column} = {given(subject.table, column)}"  # noqa: S608, E501
    lines = [f"SELECT s0.{subject.key} AS key FROM {subject.table} s0"]  # noqa: S608
    for number, hop in enumerate(looked.path[:-1]):
        lines.append(f"JOIN {hop.table} s{number + 1} ON s{number + 1}.{hop.theirs} = s{number}.{hop.ours}")
    last, row = looked.path[-1], f"s{len(looked.path) - 1}"
    before = looked.path[-2].table if len(looked.path) > 1 else subject.table
    if wide:
        column = WIDE[looked.table]
        lines.append(
            f"WHERE {row}.{last.ours} IN (SELECT r.{link} FROM {looked.table} r"  # noqa: S608
            f" WHERE r.{column} = {given(looked.table, column)})"
        )
    else:
        lines.append(f"WHERE {row}.{last.ours} = {given(before, last.ours)}")
    return " ".join(lines)


_types: dict[tuple[str, str], str] = {}


def _type_of(cursor: Any, table: str, column: str) -> str:
    """The column's type, looked up once a process."""
    known = _types.get((table, column))
    if known is None:
        cursor.execute(_TYPE, [table, column])
        known = _types[table, column] = cursor.fetchone()[0]
    return known


def row_of(line: Sequence[Any]) -> Touched:
    """A touch as the database tells it."""
    number, heard, link, value, wide, changed, code, behind = line
    return Touched(
        number, heard, link, value, wide, None if changed is None else frozenset(changed), code, behind
    )
