"""What is asked of lists: one loop for a chain of filters and maps, in a function of its own."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhijia.rules import ir
from zhijia.rules.evaluator.certainty import certain
from zhijia.rules.evaluator.scalars import in_range
from zhijia.rules.evaluator.templates import Part, expression, function, statements
from zhijia.rules.types import Kind

if TYPE_CHECKING:
    from zhijia.rules.evaluator.writer import Writer

Body = list[ast.stmt]
Stage = ir.Filtered | ir.Mapped


@dataclass(frozen=True, slots=True)
class _Chain:
    """A list, the filters and maps it goes through, and the name its element has in the end."""

    base: ir.Node
    stages: tuple[Stage, ...]
    element: str

    @property
    def filtered(self) -> bool:
        """Whether elements may fall out."""
        return any(isinstance(stage, ir.Filtered) for stage in self.stages)

    @property
    def settled(self) -> bool:
        """Whether no later element can make the list unknown, so that the loop may end early."""
        return all(certain(stage.body) for stage in self.stages if isinstance(stage, ir.Filtered))


def value(writer: Writer, node: ir.In | ir.Quantified | ir.Aggregate) -> ast.expr:
    """The expression: a call of the loop."""
    match node:
        case ir.Quantified(over=over, variable=variable, body=body):
            chain = _chain(writer, over, f"v{variable.number}")
            before, inside, after = _quantified(writer, node.quantity, chain, body)
        case ir.In(item=item, among=over):
            chain = _chain(writer, over, writer.name())
            before, inside, after = _held(writer, chain)
            return _called(
                writer, chain, before, inside, after, (*_inside(chain), item), item=writer.value(item)
            )
        case ir.Aggregate(over=over):
            chain = _chain(writer, over, writer.name())
            if node.measure is ir.Measure.SIZE and not chain.filtered:
                return _length(writer, chain.base)
            before, inside, after = _measured(writer, node, chain)
    used = (*_inside(chain), node.body) if isinstance(node, ir.Quantified) else _inside(chain)
    return _called(writer, chain, before, inside, after, used)


def _chain(writer: Writer, over: ir.Node, element: str) -> _Chain:
    stages: list[Stage] = []
    while isinstance(over, ir.Filtered | ir.Mapped):
        stages.insert(0, over)
        over = over.over
    return _Chain(over, tuple(stages), element)


def _inside(chain: _Chain) -> tuple[ir.Node, ...]:
    return tuple(stage.body for stage in chain.stages)


def _list(writer: Writer, base: ir.Node) -> ast.expr:
    if isinstance(base, ir.ListOf):
        return ast.Tuple([writer.value(item) for item in base.items], ast.Load())
    return writer.value(base)


def _length(writer: Writer, base: ir.Node) -> ast.expr:
    return expression(
        "len(NAME) if (NAME := ROWS) is not None else None", NAME=writer.name(), ROWS=_list(writer, base)
    )


def _called(
    writer: Writer,
    chain: _Chain,
    before: Body,
    inside: Body,
    after: Body,
    used: Sequence[ir.Node],
    item: ast.expr | None = None,
) -> ast.expr:
    """Write the function and call it with what it uses."""
    taken = [ast.Name(name, ast.Load()) for name in _free(chain, used)]
    given = [ast.arg(name.id) for name in taken]
    parameters = [ast.arg("items"), *([ast.arg("item")] if item else []), *given]
    first = f"v{chain.stages[0].variable.number}" if chain.stages else chain.element
    loop = statements(
        "if items is None:\n    return None\nBEFORE\nfor FIRST in items:\n    INSIDE\nAFTER",
        BEFORE=before or statements("pass"),
        FIRST=first,
        INSIDE=[*_staged(writer, chain), *inside],
        AFTER=after,
    )
    name = f"loop{len(writer.functions)}"
    writer.functions.append(function(name, parameters, loop))
    arguments = [_list(writer, chain.base), *([item] if item else []), *taken]
    return ast.Call(ast.Name(name, ast.Load()), arguments, [])


def _free(chain: _Chain, used: Sequence[ir.Node]) -> list[str]:
    """What the loop takes from outside: the row, the day, parameters, elements of outer loops."""
    found: set[str] = set()
    bound: set[int] = {stage.variable.number for stage in chain.stages}
    for node in used:
        for part in ir.walk(node):
            match part:
                case ir.Subject():
                    found.add("row")
                case ir.Today():
                    found.add("on")
                case ir.Parameter():
                    found.add("params")
                case (
                    ir.Quantified(variable=variable)
                    | ir.Filtered(variable=variable)
                    | ir.Mapped(variable=variable)
                ):
                    bound.add(variable.number)
    for node in used:
        found |= {
            f"v{part.number}"
            for part in ir.walk(node)
            if isinstance(part, ir.Variable)
            and part.number not in bound
            and f"v{part.number}" != chain.element
        }
    return sorted(found)


def _staged(writer: Writer, chain: _Chain) -> Body:
    """The filters and maps of one element, each with the name that the next one knows it by."""
    body: Body = []
    names = (*(f"v{stage.variable.number}" for stage in chain.stages), chain.element)
    for stage, after in zip(chain.stages, names[1:], strict=True):
        said = writer.value(stage.body)
        if isinstance(stage, ir.Mapped):
            body += statements("AFTER = SAID", AFTER=after, SAID=said)
            continue
        if certain(stage.body):
            body += statements("if not SAID:\n    continue", SAID=said)
        else:
            body += statements(
                "if not (KEPT := SAID):\n    if KEPT is None:\n        return None\n    continue",
                KEPT=writer.name(),
                SAID=said,
            )
        body += statements("AFTER = NOW", AFTER=after, NOW=f"v{stage.variable.number}")
    return body


def _quantified(
    writer: Writer, quantity: ir.Quantity, chain: _Chain, body: ir.Node
) -> tuple[Body, Body, Body]:
    parts: dict[str, Part] = {"SAID": writer.value(body), "ONE": writer.name()}
    if quantity is ir.Quantity.EXISTS_ONE:
        look = "if (ONE := SAID):\n    count += 1\nelif ONE is None:\n    return None"
        return statements("count = 0"), statements(look, **parts), statements("return count == 1")
    decisive = quantity is ir.Quantity.EXISTS
    parts |= {"SIGN": ast.Constant(decisive)}
    begin = statements("answer = OTHER", OTHER=ast.Constant(not decisive))
    decide = "return SIGN" if chain.settled else "answer = SIGN"
    look = f"if (ONE := SAID) is SIGN:\n    {decide}\nelif ONE is None:\n    answer = None"
    inside = statements(look, **parts)
    if not chain.settled:
        inside = statements("if answer is not SIGN:\n    INSIDE", INSIDE=inside, SIGN=ast.Constant(decisive))
    return begin, inside, statements("return answer")


def _held(writer: Writer, chain: _Chain) -> tuple[Body, Body, Body]:
    """Whether the item is among them."""
    decide = "return True" if chain.settled else "answer = True"
    look = (
        "if item is None or ELEMENT is None:\n    answer = None if answer is False else answer\n"
        f"elif item == ELEMENT:\n    {decide}"
    )
    return statements("answer = False"), statements(look, ELEMENT=chain.element), statements("return answer")


def _measured(writer: Writer, node: ir.Aggregate, chain: _Chain) -> tuple[Body, Body, Body]:
    parts: dict[str, Part] = {"ELEMENT": chain.element}
    unknown = "if ELEMENT is None:\n    return None\n"
    match node.measure:
        case ir.Measure.SIZE:
            return statements("count = 0"), statements("count += 1"), statements("return count")
        case ir.Measure.SUM:
            decimals = node.type.kind is Kind.DECIMAL
            begin = statements("total = ZERO" if decimals else "total = 0")
            step = "total = add(total, ELEMENT)" if decimals else "total += ELEMENT"
            total = in_range(writer, node.type.kind, ast.Name("total", ast.Load()), guarded=node.guarded)
            return begin, statements(unknown + step, **parts), statements("return TOTAL", TOTAL=total)
    sign = "<" if node.measure is ir.Measure.MIN else ">"
    look = f"{unknown}if best is None or ELEMENT {sign} best:\n    best = ELEMENT"
    return statements("best = None"), statements(look, **parts), statements("return best")
