"""One statement being made from the typed form: its rows, its bound values, and the three questions asked of a node."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from zhijia.catalogue.kinds import Parameter
from zhijia.rules import ir
from zhijia.rules.schema import Schema
from zhijia.rules.sql import conditions, values
from zhijia.rules.sql.naming import Names
from zhijia.rules.sql.scopes import Element, Row, Templates, entered
from zhijia.rules.sql.statement import Bindings, Test, all_of

Parameters = Callable[[str], Parameter]
"""The parameter of a key with its values by place and day; `catalogue.parameters.get` unless a test says otherwise."""


class Reading:
    """A statement about rows of one entity. `many` says that it asks about a large part of them, so that relations are
    better grouped once than asked for row by row."""

    def __init__(
        self,
        *,
        schema: Schema,
        subject: str,
        purpose: str,
        on: date,
        parameters: Parameters,
        many: bool = False,
        union: int | None = None,
    ) -> None:
        self.bindings = Bindings()
        self.names = Names()
        self.templates = Templates(schema, self.bindings, on, purpose, union)
        self.subject = entered(self.names, schema.entity(subject), once=True)
        self.parameters = parameters
        self.on = on
        self.many = many
        self._bound: dict[tuple[str, int], Row | Element] = {}
        self._needed: list[Test] | None = None
        self._some: ir.Node | None = None

    def holds(self, node: ir.Node) -> Test:
        """A condition that is true exactly where the node is true. Elsewhere it is false or NULL."""
        with self._plain():
            return conditions.holds(self, node)

    def fails(self, node: ir.Node) -> Test:
        """A condition that is true exactly where the node is false. Elsewhere it is false or NULL."""
        with self._plain():
            return conditions.fails(self, node)

    def unknown(self, node: ir.Node) -> Test:
        """A condition that is true where the node is neither true nor false, and else false."""
        with self._plain():
            return conditions.unknown(self, node)

    def value(self, node: ir.Node) -> str:
        """The node's value; NULL where it is unknown."""
        if self._needed is not None and isinstance(node, values.STRICT):
            return values.value(self, node)
        with self._plain():
            return values.value(self, node)

    def row(self, node: ir.Node) -> Row:
        """The row a node stands for."""
        return values.row(self, node)

    def strictly(self, say: Callable[[], str]) -> Test:
        """A test of values that is NULL when one of them is: what they need to be known stands beside it."""
        before, self._needed = self._needed, []
        text = say()
        needed, self._needed = self._needed, before
        return all_of([*needed, Test(text)])

    def needing(self, test: Test, text: str) -> str:
        """A value that is known only where the test holds (consent, bounds): the test around it asks for that, else
        the value does."""
        if self._needed is not None:
            self._needed.append(test)
            return text
        return f"CASE WHEN {test} THEN {text} END"

    @contextmanager
    def _plain(self) -> Iterator[None]:
        """Inside something that can be known though a value in it is not, each value asks for what it
        needs."""
        before, self._needed = self._needed, None
        yield
        self._needed = before

    @contextmanager
    def some(self, aggregate: ir.Node | None) -> Iterator[None]:
        """While a test is made that no related rows never pass: of none the aggregate may be NULL."""
        before, self._some = self._some, aggregate
        yield
        self._some = before

    def of_some(self, aggregate: ir.Node) -> bool:
        """Whether the aggregate may be NULL of no rows."""
        return self._some is aggregate

    def bind(self, variable: ir.Variable, to: Row | Element) -> None:
        """What the variable stands for from here on."""
        self._bound[variable.name, variable.number] = to

    def bound(self, variable: ir.Variable) -> Row | Element:
        """What the variable stands for."""
        return self._bound[variable.name, variable.number]
