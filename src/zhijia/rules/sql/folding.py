"""One value made of a whole list in SQL: row by row in a subquery, or for all rows at once in a grouped relation."""

from typing import TYPE_CHECKING

from zhijia.rules import ir
from zhijia.rules.sql import conditions, lists
from zhijia.rules.sql.arithmetic import DECIMAL_LIMIT
from zhijia.rules.sql.scopes import Element, filtered, marked
from zhijia.rules.sql.statement import FALSE, TRUE, Test, all_of, any_of, block, typed
from zhijia.rules.types import INT_LEAST, INT_MOST, Kind, Type

if TYPE_CHECKING:
    from zhijia.rules.sql.lists import Listed
    from zhijia.rules.sql.reading import Reading


def aggregate(reading: "Reading", node: ir.Aggregate) -> str:
    """`size`, `sum`, `min` or `max`; NULL where the list or, but for size, one of its elements is unknown."""
    rows = lists.listed(reading, node.over, group=groupable(reading, node.over))
    if node.measure is ir.Measure.SIZE:
        empty = "" if reading.of_some(node) else "0"
        return folded(rows, "size", marked("count(*)"), doubt=FALSE, empty=empty)
    element = rows.element
    if not isinstance(element, Element):
        raise TypeError("The checker lets no rows be added up.")
    text = rows.own(element.text)
    doubt = FALSE if element.known else Test(f"{element.text} IS NULL")
    if node.measure is ir.Measure.SUM:
        zero = f"0::{typed(node.type)}"
        text = _sum(text, node.type, zero, node.guarded)
        return folded(rows, "sum", text, doubt=doubt, empty="" if reading.of_some(node) else zero)
    collated = ' COLLATE "C"' if node.type.kind is Kind.STRING else ""
    name = str(node.measure)
    return folded(rows, name, marked(f"{name}({text}{collated})"), doubt=doubt, empty="")


def one(reading: "Reading", node: ir.Quantified) -> str:
    """Whether a condition is true for exactly one element; NULL if it is unknown for any."""
    rows = lists.listed(reading, node.over, group=groupable(reading, node.over, node))
    reading.bind(node.variable, rows.element)
    found = reading.holds(node.body)
    counted = marked(f"count({rows.own(f'CASE WHEN {found.inline} THEN 1 END')})")
    return folded(rows, "one", f"({counted} = 1)", doubt=reading.unknown(node.body), empty="false")


def _sum(text: str, of: Type, empty: str, guarded: bool) -> str:
    total, cast = marked(f"sum({text})"), "" if of.kind is Kind.DECIMAL else "::bigint"
    if not guarded:
        return f"coalesce({total}, 0){cast}"
    if of.kind is Kind.DECIMAL:
        inside = f"abs({total}) < {DECIMAL_LIMIT}"
    else:
        inside = f"{total} BETWEEN {INT_LEAST} AND {INT_MOST}"
    return f"CASE WHEN {total} IS NULL THEN {empty} WHEN {inside} THEN {total}{cast} END"


def folded(rows: "Listed", name: str, text: str, *, doubt: Test, empty: str) -> str:
    """The aggregate of the list's chosen rows. `doubt` is true for a row that makes it unknown, `empty` what it is of
    no rows (nothing: NULL)."""
    among = rows.chosen
    if rows.doubtful != FALSE:
        doubt = any_of([rows.doubtful, all_of([rows.chosen, doubt])])
        text, among = filtered(text, Test(rows.own(rows.chosen.inline))), TRUE
    total = empty != "" and doubt == FALSE and not text.startswith("CASE")
    if doubt != FALSE:
        unknown = marked(f"bool_or({rows.own(doubt.inline)})")
        arms = text.removeprefix("CASE ") if text.startswith("CASE ") else f"ELSE {text} END"
        text = f"CASE\n  WHEN {unknown} THEN NULL\n  {arms.removesuffix(' END')}\nEND"
    if rows.group is None:
        found = block(rows.select(filtered(text, TRUE), among))
    else:
        found = rows.group.column(name, text, among)
        if total:
            found = f"coalesce({found}, {empty})"
        elif empty:
            found = f"CASE WHEN {rows.group.key} IS NULL THEN {empty} ELSE {found} END"
    return found if rows.reachable == TRUE else f"CASE WHEN {rows.reachable.inline} THEN {found} END"


def groupable(reading: "Reading", over: ir.Node, *bodies: ir.Node) -> bool:
    """Whether a relation can be grouped as a whole here: many rows are asked about, its rows belong to a row of a FROM
    that is worked out once, and nothing that is asked of them speaks of that row."""
    inside = {
        (part.variable.name, part.variable.number) for part in bodies if isinstance(part, ir.Quantified)
    }
    asked = [part.body for part in bodies if isinstance(part, ir.Quantified)]
    while isinstance(over, ir.Filtered | ir.Mapped):
        inside.add((over.variable.name, over.variable.number))
        asked.append(over.body)
        over = over.over
    if not reading.many or not isinstance(over, ir.Follow):
        return False
    return reading.row(over.of).scope.once and not any(_outside(reading, body, inside) for body in asked)


def _outside(reading: "Reading", body: ir.Node, inside: set[tuple[str, int]]) -> bool:
    """Whether it speaks of a row that is not inside."""
    bound = inside | {
        (part.variable.name, part.variable.number)
        for part in ir.walk(body)
        if isinstance(part, ir.Quantified | ir.Filtered | ir.Mapped)
    }
    for part in ir.walk(body):
        if isinstance(part, ir.Subject) or (
            isinstance(part, ir.Variable) and (part.name, part.number) not in bound
        ):
            return True
        if isinstance(part, ir.Parameter) and not conditions.certain(reading, part):
            return True
    return False
