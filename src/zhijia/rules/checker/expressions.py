"""Syntax → typed nodes. What cannot be read alike by all readings is reported, and checking goes on for more."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Protocol

from zhijia.rules import syntax
from zhijia.rules.checker import arithmetic, calls, coded, collections
from zhijia.rules.checker.conversions import SCALARS, alike, clash
from zhijia.rules.ir import (
    And,
    Call,
    Compare,
    Comparison,
    Constant,
    Follow,
    Function,
    If,
    MapOf,
    Node,
    Not,
    Or,
    Select,
    Subject,
    Today,
)
from zhijia.rules.problems import Problem, RuleRefused, Span
from zhijia.rules.schema import Entity, Field, Schema
from zhijia.rules.sentences import kind_words, problem
from zhijia.rules.types import (
    BOOL,
    DATE,
    DOUBLE,
    DOUBLE_LEAST,
    DOUBLE_MOST,
    INT,
    STRING,
    Kind,
    Type,
    entity,
    list_of,
)

MOST_NODES = 5_000
Scope = Mapping[str, Node]


class Parameters(Protocol):
    """The type of a parameter's values, None where nobody defined the key."""

    def __call__(self, key: str) -> Type | None: ...


class Checker:
    """Checks one text. `node` gives the typed form, or None where something below was reported."""

    def __init__(
        self, text: str, schema: Schema, subject: Entity, purpose: str, parameters: Parameters
    ) -> None:
        self.text = text
        self.schema = schema
        self.subject = subject
        self.purpose = purpose
        self.parameters = parameters
        self.problems: list[Problem] = []
        self.variables = 0
        self.coded: dict[int, coded.Codes | None] = {}
        self._made = 0

    def report(self, code: str, span: Span, **values: object) -> Node | None:
        """Say what is wrong, once for a place. What stands there has no typed form: the answer is None."""
        said = problem(
            code, span, **{k: kind_words(v) if isinstance(v, Type) else v for k, v in values.items()}
        )
        if all((known.code, known.span) != (code, span) for known in self.problems):
            self.problems.append(said)
        return None

    def grown(self, by: int, span: Span) -> None:
        """Count what is made. Raises RuleRefused when macros over lists made too much of a short text."""
        self._made += by
        if self._made > MOST_NODES:
            self.report("too_large", span, most=MOST_NODES)
            raise RuleRefused(self.text, self.problems)

    def near(self, name: str, names: Iterable[str]) -> str:
        """The known name that was perhaps meant, else all of them."""
        known = sorted(names)
        found = get_close_matches(name, known, n=1, cutoff=0.6)
        return found[0] if found else ", ".join(known[:12]) + (", …" if len(known) > 12 else "")

    def nodes(self, expressions: Iterable[syntax.Expression], scope: Scope) -> list[Node] | None:
        """All of them, so that all that is wrong is said; None if any is."""
        found = [self.node(expression, scope) for expression in expressions]
        return None if None in found else [node for node in found if node is not None]

    def node(self, expression: syntax.Expression, scope: Scope) -> Node | None:
        """The typed form of it."""
        self.grown(1, expression.span)
        match expression:
            case syntax.Literal():
                return self._literal(expression)
            case syntax.Name(span=span, name=name):
                return self._name(span, name, scope)
            case syntax.Member():
                return self._member(expression, scope)
            case syntax.Invocation():
                return calls.call(self, expression, scope)
            case syntax.Subscript(span=span, of=of, key=key):
                return collections.index(self, span, self.node(of, scope), self.node(key, scope))
            case syntax.Prefix(span=span, sign="!", term=below):
                found = self._bool(self.node(below, scope))
                return found and Not(span, BOOL, found)
            case syntax.Prefix(span=span, term=below):
                return arithmetic.negated(self, span, self.node(below, scope))
            case syntax.Junction(span=span, sign=sign, terms=terms):
                parts = [self._bool(self.node(part, scope)) for part in terms]
                sound = tuple(part for part in parts if part is not None)
                made = And(span, BOOL, sound) if sign == "&&" else Or(span, BOOL, sound)
                return made if len(sound) == len(parts) else None
            case syntax.Ternary(span=span, test=test, then=then, other=other):
                return self._if(span, self._bool(self.node(test, scope)), self.nodes((then, other), scope))
            case syntax.Binary(sign="in", span=span, left=left, right=right):
                return collections.among(self, span, self.node(left, scope), self.node(right, scope))
            case syntax.Binary(sign="+" | "-" | "*" | "/" | "%", left=left, right=right):
                return arithmetic.done(self, expression, self.nodes((left, right), scope))
            case syntax.Binary():
                return self._compare(expression, scope)
            case syntax.Listing(span=span, items=items):
                return collections.listed(self, span, self.nodes(items, scope))
            case syntax.Mapping():
                return collections.mapped(self, expression, scope)
        raise AssertionError(expression)

    def _literal(self, literal: syntax.Literal) -> Node | None:
        span, value = literal.span, literal.value
        match literal.form:
            case syntax.Form.BOOL | syntax.Form.INT | syntax.Form.STRING if value is not None:
                kinds = {syntax.Form.BOOL: BOOL, syntax.Form.INT: INT, syntax.Form.STRING: STRING}
                return Constant(span, kinds[literal.form], value)
            case syntax.Form.DOUBLE:
                assert isinstance(value, float)
                if value != 0 and not DOUBLE_LEAST <= abs(value) <= DOUBLE_MOST:
                    return self.report("double_range", span)
                return Constant(span, DOUBLE, value)
        return self.report(f"no_{literal.form}", span)

    def _name(self, span: Span, name: str, scope: Scope) -> Node | None:
        if name in scope:
            found = scope[name]
            return replace(found, span=span)
        if name == self.subject.name:
            return Subject(span, entity(name))
        if name == "today":
            return Today(span, DATE)
        if name in self.subject.fields or name in self.subject.relations:
            return self.report("without_subject", span, name=name, instead=f"{self.subject.name}.{name}")
        if name in calls.KNOWN:
            return self.report("not_called", span, name=name)
        names = {self.subject.name, "today", *scope}
        return self.report("unknown_name", span, name=name, near=self.near(name, names))

    def _member(self, expression: syntax.Member, scope: Scope) -> Node | None:
        of = self.node(expression.of, scope)
        if of is None:
            return None
        name, place = expression.name, expression.place
        if isinstance(of, MapOf):
            return collections.index(self, expression.span, of, Constant(place, STRING, name))
        if of.type.kind is Kind.LIST:
            return self.report("field_of_list", place, name=name)
        if of.type.kind is not Kind.ENTITY:
            return self.report("field_of_value", place, name=name, type=of.type)
        row = self.schema.entity(of.type.entity)
        part = row.fields.get(name) or row.relations.get(name)
        if part is None:
            near = self.near(name, {*row.fields, *row.relations})
            return self.report("unknown_field", place, name=name, of=row.label, near=near)
        if self.purpose not in part.purposes:
            return self.report("no_purpose", place, name=part.label, purpose=self.purpose)
        if isinstance(part, Field):
            return self._field(expression.span, of, part, row)
        to = entity(part.to)
        return Follow(expression.span, list_of(to) if part.many else to, of, part)

    def _field(self, span: Span, of: Node, part: Field, row: Entity) -> Node:
        if not part.years_since:
            return Select(span, part.type, of, part)
        since = Select(span, DATE, of, row.fields[part.years_since])
        return Call(span, INT, Function.YEARS, (since, Today(span, DATE)), guarded=False)

    def _bool(self, node: Node | None) -> Node | None:
        if node is None or node.type == BOOL:
            return node
        return self.report("no_condition", node.span, type=node.type)

    def _if(self, span: Span, test: Node | None, branches: list[Node] | None) -> Node | None:
        if branches is None:
            return None
        same = alike(branches)
        then, other = branches
        if same is None:
            return self.report(clash(then.type, other.type), span, left=then.type, right=other.type)
        if then.type.kind not in SCALARS:
            return self.report("branch_kind", span, type=then.type)
        return test and If(span, same[0].type, test, *same)

    def _compare(self, expression: syntax.Binary, scope: Scope) -> Node | None:
        sides = (expression.left, expression.right)
        for side, other in (sides, sides[::-1]):
            if isinstance(side, syntax.Literal) and side.form is syntax.Form.NULL:
                written = self.text[other.span.start : other.span.end]
                yes = f"has({written})"
                return self.report(
                    "null", expression.span, instead=yes if expression.sign == "!=" else "!" + yes
                )
        nodes = self.nodes(sides, scope)
        if nodes is None:
            return None
        same = alike(nodes)
        if same is None or same[0].type.kind not in SCALARS:
            left, right = nodes[0].type, nodes[1].type
            return self.report(clash(left, right), expression.span, left=left, right=right)
        how = Comparison(expression.sign)
        if how in {Comparison.EQUAL, Comparison.DIFFERENT}:
            coded.check(self, same)
        return Compare(expression.span, BOOL, how, *same)
