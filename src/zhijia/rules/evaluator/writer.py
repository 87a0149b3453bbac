"""Nodes → expressions of Python that give the value, or None where it is unknown. Nothing written here can raise."""

import ast
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from zhijia.rules import ir
from zhijia.rules.checker.bounds import seconds
from zhijia.rules.evaluator import loops, scalars
from zhijia.rules.evaluator.certainty import certain
from zhijia.rules.evaluator.templates import any_of, expression, function

_PLAIN = (bool, int, float, str)
_SIGNS: dict[ir.Comparison, type[ast.cmpop]] = {
    ir.Comparison.EQUAL: ast.Eq,
    ir.Comparison.DIFFERENT: ast.NotEq,
    ir.Comparison.LESS: ast.Lt,
    ir.Comparison.LEAST: ast.LtE,
    ir.Comparison.MORE: ast.Gt,
    ir.Comparison.MOST: ast.GtE,
}
NONE = ast.Constant(None)


class Writer:
    """Writes one function and those its lists need. Rows and the day are its arguments, temporaries its locals."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self.functions: list[ast.stmt] = []
        self._named = 0

    def module(self, node: ir.Node) -> ast.Module:
        """The function `of(row, on, params)`."""
        given = [ast.arg(name) for name in ("row", "on", "params")]
        of = function("of", given, [ast.Return(self.value(node))])
        return ast.Module(body=[*self.functions, of], type_ignores=[])

    def name(self) -> str:
        """A name nothing else has."""
        self._named += 1
        return f"t{self._named}"

    def constant(self, value: Any) -> ast.expr:
        """A value that stands in the rule."""
        if isinstance(value, timedelta):
            value = seconds(value)
        if isinstance(value, _PLAIN):
            return ast.Constant(value)
        name = f"C{len(self.constants)}"
        self.constants[name] = value
        return ast.Name(name, ast.Load())

    def known(
        self, nodes: Sequence[ir.Node], said: Callable[..., ast.expr], *, once: bool = True
    ) -> ast.expr:
        """`said` of the values when all of them are known, else None. Not `once`: it says one of them twice."""
        tests: list[ast.expr] = []
        given: list[ast.expr] = []
        for node in nodes:
            value = self.value(node)
            if certain(node) and (once or isinstance(value, ast.Name | ast.Constant)):
                given.append(value)
            elif isinstance(value, ast.Name):
                tests.append(expression("VALUE is None", VALUE=value))
                given.append(value)
            else:
                name = self.name()
                tests.append(expression("(NAME := VALUE) is None", NAME=name, VALUE=value))
                given.append(ast.Name(name, ast.Load()))
        found = said(*given)
        return ast.IfExp(any_of(tests), NONE, found) if tests else found

    def value(self, node: ir.Node) -> ast.expr:
        """The expression."""
        match node:
            case ir.Constant(value=value):
                return self.constant(value)
            case ir.Parameter(key=key):
                return expression("params.get(KEY)", KEY=ast.Constant(key))
            case ir.Today():
                return ast.Name("on", ast.Load())
            case ir.Subject():
                return ast.Name("row", ast.Load())
            case ir.Variable(number=number):
                return ast.Name(f"v{number}", ast.Load())
            case ir.Select(of=of, field=field):
                return self._part(of, field.name)
            case ir.Follow(of=of, relation=relation):
                return self._part(of, relation.name)
            case ir.Has(of=of):
                return expression("VALUE is not None", VALUE=self.value(of))
            case ir.Not(term=term):
                return self.known([term], lambda value: expression("not VALUE", VALUE=value))
            case ir.And(terms=terms):
                return self._joined(terms, decisive=False)
            case ir.Or(terms=terms):
                return self._joined(terms, decisive=True)
            case ir.If():
                return self._if(node)
            case ir.Compare(how=how, left=left, right=right):
                return self.known([left, right], lambda a, b: ast.Compare(a, [_SIGNS[how]()], [b]))
            case ir.Arithmetic() | ir.Negate() | ir.Call():
                return scalars.value(self, node)
            case ir.Index(of=of, key=key):
                return self._index(of, key)
            case ir.In(item=item, among=ir.ListOf() | ir.MapOf() as among):
                return self._in_written(item, among)
            case ir.In(item=item, among=ir.Parameter() as among):
                return self._in_parameter(item, among)
            case ir.In() | ir.Quantified() | ir.Aggregate():
                return loops.value(self, node)
        raise AssertionError(node)

    def _part(self, of: ir.Node, name: str) -> ast.expr:
        return self.known([of], lambda row: expression("ROW[NAME]", ROW=row, NAME=ast.Constant(name)))

    def _joined(self, terms: Sequence[ir.Node], *, decisive: bool) -> ast.expr:
        """Kleene's and, or: one decisive term decides, else one unknown leaves it unknown."""
        if all(certain(term) for term in terms):
            sign = ast.Or() if decisive else ast.And()
            values = [self.value(term) for term in terms]
            return ast.BoolOp(sign, values) if len(values) > 1 else values[0]
        decides: list[ast.expr] = []
        unknown: list[ast.expr] = []
        for term in terms:
            value = self.value(term)
            if certain(term):
                decides.append(value if decisive else ast.UnaryOp(ast.Not(), value))
                continue
            name = self.name()
            decides.append(
                expression("(NAME := VALUE) is SIGN", NAME=name, VALUE=value, SIGN=ast.Constant(decisive))
            )
            unknown.append(expression("NAME is None", NAME=name))
        return expression(
            "SIGN if DECIDES else (None if UNKNOWN else OTHER)",
            SIGN=ast.Constant(decisive),
            OTHER=ast.Constant(not decisive),
            DECIDES=any_of(decides),
            UNKNOWN=any_of(unknown),
        )

    def _if(self, node: ir.If) -> ast.expr:
        test, then, other = self.value(node.test), self.value(node.then), self.value(node.other)
        if certain(node.test):
            return ast.IfExp(test, then, other)
        return expression(
            "THEN if (NAME := TEST) else (None if NAME is None else OTHER)",
            NAME=self.name(), TEST=test, THEN=then, OTHER=other,
        )  # fmt: skip

    def _index(self, of: ir.Node, key: ir.Node) -> ast.expr:
        if isinstance(of, ir.MapOf):
            table: ast.expr = ast.Dict(
                [self.constant(known.value) for known, _ in of.entries],
                [self.value(value) for _, value in of.entries],
            )
            return self.known([key], lambda wanted: expression("TABLE.get(KEY)", TABLE=table, KEY=wanted))
        assert isinstance(of, ir.ListOf)
        items = ast.Tuple([self.value(item) for item in of.items], ast.Load())
        return self.known(
            [key],
            lambda at: expression(
                "ITEMS[AT] if 0 <= AT < COUNT else None",
                ITEMS=items,
                AT=at,
                COUNT=ast.Constant(len(of.items)),
            ),
            once=False,
        )

    def _in_written(self, item: ir.Node, among: ir.ListOf | ir.MapOf) -> ast.expr:
        held = among.items if isinstance(among, ir.ListOf) else tuple(key for key, _ in among.entries)
        constants = [part.value for part in held if isinstance(part, ir.Constant)]
        if len(constants) == len(held):
            values = frozenset(seconds(v) if isinstance(v, timedelta) else v for v in constants)
            known = self.name().upper()
            self.constants[known] = values
            return self.known([item], lambda value: expression("VALUE in SET", VALUE=value, SET=known))
        return self.known([item], lambda value: self._equals_any(value, held), once=False)

    def _equals_any(self, value: ast.expr, held: Sequence[ir.Node]) -> ast.expr:
        equal: list[ast.expr] = []
        unknown: list[ast.expr] = []
        for part in held:
            if certain(part):
                equal.append(expression("VALUE == PART", VALUE=value, PART=self.value(part)))
                continue
            name = self.name()
            equal.append(expression("VALUE == (NAME := PART)", VALUE=value, NAME=name, PART=self.value(part)))
            unknown.append(expression("NAME is None", NAME=name))
        if not unknown:
            return any_of(equal)
        return expression(
            "True if EQUAL else (None if UNKNOWN else False)", EQUAL=any_of(equal), UNKNOWN=any_of(unknown)
        )

    def _in_parameter(self, item: ir.Node, among: ir.Parameter) -> ast.expr:
        return expression(
            "None if (LIST := AMONG) is None else"
            " (None if LIST else False) if (ITEM := VALUE) is None else ITEM in LIST",
            LIST=self.name(), AMONG=self.value(among), ITEM=self.name(), VALUE=self.value(item),
        )  # fmt: skip
