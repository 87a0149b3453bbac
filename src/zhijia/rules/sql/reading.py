"""One statement being made from the typed form: its rows, its bound values, and the three questions asked of a node."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from zhijia.catalogue.kinds import Parameter
from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.problems import Problem, RuleRefused
from zhijia.rules.schema import Schema
from zhijia.rules.sql import conditions, values
from zhijia.rules.sql.naming import Names
from zhijia.rules.sql.scopes import Element, Row, Templates, entered
from zhijia.rules.sql.statement import Bindings, Test, all_of

Parameters = Callable[[str], Parameter]
"""The parameter of a key with its values by place and day; `catalogue.parameters.get` unless a test says otherwise."""


MOST = 20_000
"""How many questions a statement may be made of: a test in a test is asked both ways, and each way both ways again."""
LONGEST = 500_000
"""How many characters a part of a statement may have: a value made of a list stands there more than once."""
INTRICATE = Text(
    en=(
        "Said as a question to the database this becomes too long: too many conditions lie inside conditions."
        " Make two rules of it."
    ),
    zh="这里条件套条件的层数太多，写成数据库查询会过长。请拆成两条规则。",
)


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
        self._asked = 0

    def holds(self, node: ir.Node) -> Test:
        """A condition that is true exactly where the node is true. Elsewhere it is false or NULL."""
        with self._plain():
            test = conditions.holds(self, node)
        self._grown(node, test.text)
        return test

    def fails(self, node: ir.Node) -> Test:
        """A condition that is true exactly where the node is false. Elsewhere it is false or NULL."""
        with self._plain():
            test = conditions.fails(self, node)
        self._grown(node, test.text)
        return test

    def unknown(self, node: ir.Node) -> Test:
        """A condition that is true where the node is neither true nor false, and else false."""
        with self._plain():
            return conditions.unknown(self, node)

    def value(self, node: ir.Node) -> str:
        """The node's value; NULL where it is unknown."""
        if self._needed is not None and isinstance(node, values.STRICT):
            text = values.value(self, node)
        else:
            with self._plain():
                text = values.value(self, node)
        self._grown(node, text)
        return text

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

    def _grown(self, node: ir.Node, text: str) -> None:
        """Count what is asked. Raises RuleRefused where the statement would become too long to be run."""
        self._asked += 1
        if self._asked > MOST or len(text) > LONGEST:
            raise RuleRefused("", [Problem("intricate", node.span, INTRICATE)])

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
