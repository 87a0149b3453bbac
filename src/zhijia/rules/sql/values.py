"""The value of a node in SQL, and the row it stands for."""

from typing import TYPE_CHECKING

from zhijia.rules import ir
from zhijia.rules.schema import Field
from zhijia.rules.sql import borders, folding, functions, patterns, placed
from zhijia.rules.sql.arithmetic import arithmetic, in_doubles, negated
from zhijia.rules.sql.scopes import Element, Row, one
from zhijia.rules.sql.statement import Test, indented, let, simple
from zhijia.rules.types import INT_LEAST, INT_MOST, Kind

if TYPE_CHECKING:
    from zhijia.rules.sql.reading import Reading

STRICT = (ir.Arithmetic, ir.Negate, ir.Call, ir.Select, ir.Constant, ir.Today, ir.Parameter, ir.Variable)
"""What is unknown as soon as a value in it is."""
OPERATORS = {
    ir.Comparison.EQUAL: "=",
    ir.Comparison.DIFFERENT: "<>",
    ir.Comparison.LESS: "<",
    ir.Comparison.LEAST: "<=",
    ir.Comparison.MORE: ">",
    ir.Comparison.MOST: ">=",
}


def value(reading: "Reading", node: ir.Node) -> str:
    """The value's text, one expression by itself; NULL where the node is unknown."""
    match node:
        case ir.Constant(value=held):
            return reading.bindings.constant(held, node.type.kind)
        case ir.Parameter():
            return placed.value(reading, node)
        case ir.Today():
            return reading.templates.today()
        case ir.Variable():
            element = reading.bound(node)
            if not isinstance(element, Element):
                raise TypeError("A row is no value.")
            return element.text
        case ir.Select():
            return selected(reading, node)
        case ir.Arithmetic() if (day := borders.fixed(reading, node)) is not None:
            return reading.bindings.constant(day, Kind.DATE)
        case ir.Arithmetic(left=left, right=right):
            return arithmetic(node, reading.value(left), reading.value(right))
        case ir.Negate(term=term):
            return negated(node.type.kind, reading.value(term), guarded=node.guarded)
        case ir.Call(function=ir.Function.MATCHES):
            pattern = reading.bindings.constant(patterns.written(functions.literal(node)), Kind.STRING)
            return functions.call(node, [reading.value(node.arguments[0]), pattern])
        case ir.Call():
            return functions.call(node, [reading.value(argument) for argument in node.arguments])
        case ir.Index():
            return indexed(reading, node)
        case ir.Aggregate():
            return folding.aggregate(reading, node)
        case ir.If(test=test, then=then, other=other):
            return _cases(
                f"WHEN {reading.holds(test).inline} THEN {reading.value(then)}",
                f"WHEN {reading.fails(test).inline} THEN {reading.value(other)}",
            )
        case ir.Compare(how=how, left=left, right=right):
            return compared(how, left, right, reading.value(left), reading.value(right)).join("()")
        case ir.Not(term=term):
            return f"(NOT {reading.value(term)})"
        case ir.And(terms=terms) | ir.Or(terms=terms):
            return f" {'AND' if isinstance(node, ir.And) else 'OR'} ".join(map(reading.value, terms)).join(
                "()"
            )
        case _:
            return verdict(reading, node)


def verdict(reading: "Reading", node: ir.Node) -> str:
    """True, false or NULL, made of the two halves."""
    return _cases(
        f"WHEN {reading.holds(node).inline} THEN true", f"WHEN {reading.fails(node).inline} THEN false"
    )


def compared(how: ir.Comparison, left: ir.Node, right: ir.Node, ours: str, theirs: str) -> str:
    """Two values beside each other. Texts are compared by code point; where a column meets a constant and only
    equality is asked, any collation says the same, and an index stays of use."""
    equality = how in {ir.Comparison.EQUAL, ir.Comparison.DIFFERENT}
    constant = (
        any(isinstance(side, ir.Constant) for side in (left, right)) and simple(ours) and simple(theirs)
    )
    collated = left.type.kind is Kind.STRING and not (equality and constant)
    return f"{ours} {OPERATORS[how]} {theirs}" + (' COLLATE "C"' if collated else "")


def selected(reading: "Reading", node: ir.Select) -> str:
    """A field of a row, kept to what its type can hold, and shown only with consent."""
    row = reading.row(node.of)
    text = field(reading, row, node.field)
    return reading.needing(reading.templates.consented(row), text) if node.field.sensitive else text


def field(reading: "Reading", row: Row, declared: Field) -> str:
    """What was declared, for this row, without asking for consent."""
    text = reading.templates.fill(declared.sql, row=row.alias)
    text = text if simple(text) else f"({text})"
    if declared.type.kind is Kind.DOUBLE:
        return in_doubles(text)
    if declared.type.kind is not Kind.INT or declared.low is declared.high is None:
        return text
    low = INT_LEAST if declared.low is None else declared.low
    high = INT_MOST if declared.high is None else declared.high
    if simple(text):
        return reading.needing(Test(f"{text} BETWEEN {low} AND {high}"), text)
    return let({"held": text}, lambda held: f"CASE WHEN {held} BETWEEN {low} AND {high} THEN {held} END")


def indexed(reading: "Reading", node: ir.Index) -> str:
    """An item of a literal list by its place, an entry of a map by its key."""
    match node.of:
        case ir.ListOf(items=items):
            entries = [(str(place), reading.value(item)) for place, item in enumerate(items)]
        case ir.MapOf(entries=held):
            entries = [(reading.value(key), reading.value(entry)) for key, entry in held]
        case _:
            raise TypeError("The checker lets only literal lists be asked by number.")
    key = reading.value(node.key)
    return let(
        {"key": key},
        lambda key: _cases(*(f"WHEN {key} = {place} THEN {text}" for place, text in entries)),
    )


def row(reading: "Reading", node: ir.Node) -> Row:
    """The row, by the alias it has in the statement."""
    match node:
        case ir.Subject():
            return reading.subject
        case ir.Variable():
            found = reading.bound(node)
        case ir.Follow(of=of, relation=relation):
            found = one(reading.templates, reading.names, row(reading, of), relation)
        case _:
            raise TypeError(f"{type(node).__name__} is no row.")
    if not isinstance(found, Row):
        raise TypeError("A value is no row.")
    return found


def _cases(*arms: str) -> str:
    inner = "\n".join(arms)
    if len(inner) > 80:
        return f"CASE\n{indented(inner)}\nEND"
    return f"CASE {' '.join(arms)} END"
