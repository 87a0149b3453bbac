"""Python's syntax trees by example: a line of Python whose capitalised names stand for trees, names or statements."""

import ast
import copy
from functools import lru_cache

Part = ast.expr | str | list[ast.stmt]


def expression(text: str, **parts: Part) -> ast.expr:
    """The expression with the parts in place. A part that stands twice is a name or a constant."""
    tree = copy.deepcopy(_expression(text))
    found: ast.expr = _Filling(parts).visit(tree)
    return found


def statements(text: str, **parts: Part) -> list[ast.stmt]:
    """The statements with the parts in place; a name alone on its line may stand for several."""
    tree = ast.Module(body=copy.deepcopy(_statements(text)), type_ignores=[])
    filled: ast.Module = _Filling(parts).visit(tree)
    return filled.body


def any_of(tests: list[ast.expr]) -> ast.expr:
    """One test that holds if any does."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)


def function(name: str, given: list[ast.arg], body: list[ast.stmt]) -> ast.stmt:
    """A function of Python."""
    arguments = ast.arguments(
        posonlyargs=[], args=given, vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
    )
    return ast.FunctionDef(
        name=name, args=arguments, body=body, decorator_list=[], returns=None, type_comment=None
    )


@lru_cache(maxsize=256)
def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@lru_cache(maxsize=256)
def _statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


class _Filling(ast.NodeTransformer):
    def __init__(self, parts: dict[str, Part]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        part = self.parts.get(node.id)
        if part is None:
            return node
        if isinstance(part, str):
            return ast.Name(part, node.ctx)
        assert isinstance(part, ast.expr)
        return part

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        if isinstance(node.value, ast.Name) and isinstance(part := self.parts.get(node.value.id), list):
            return part
        node.value = self.visit(node.value)
        return node
