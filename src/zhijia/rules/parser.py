"""CEL's whole expression grammar, by recursive descent. Lengths and depths are limited: bad text is a sentence."""

from zhijia.rules.problems import Span
from zhijia.rules.sentences import refused
from zhijia.rules.syntax import (
    Binary,
    Expression,
    Form,
    Invocation,
    Junction,
    Listing,
    Literal,
    Mapping,
    Member,
    Name,
    Prefix,
    Subscript,
    Ternary,
    parts,
)
from zhijia.rules.tokens import RESERVED, Token, tokens
from zhijia.rules.types import INT_LEAST, INT_MOST

MOST_CHARACTERS = 20_000
MOST_NESTED = 48
MOST_DEPTH = 64
_LEVELS = (
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)


def parse(text: str) -> Expression:
    """What the text says. Raises RuleRefused with the first place that is not CEL, or is too long or too deep."""
    if len(text) > MOST_CHARACTERS:
        raise refused(text, "too_long", Span(MOST_CHARACTERS, len(text)), most=MOST_CHARACTERS)
    parser = _Parser(text)
    found = parser.expression()
    parser.expect("end")
    _shallow(text, found)
    return found


def _shallow(text: str, whole: Expression) -> None:
    """Sums of sums of sums are deep too, though the text nests nothing."""
    waiting = [(whole, 1)]
    while waiting:
        expression, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise refused(text, "too_deep", expression.span, most=MOST_DEPTH)
        waiting += [(below, depth + 1) for below in parts(expression)]


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def took(self, kind: str) -> Token | None:
        return self.take() if self.token.kind == kind else None

    def expect(self, kind: str) -> Token:
        if self.token.kind == kind:
            return self.take()
        token = self.token
        if token.kind == "end":
            raise refused(self.text, "ends_early", token.span, wanted=kind)
        here = self.text[token.span.start : token.span.end]
        if kind == "end":
            raise refused(self.text, "goes_on", token.span, sign=here)
        raise refused(self.text, "other_expected", token.span, sign=here, wanted=kind)

    def span(self, start: int) -> Span:
        return Span(start, self.tokens[self.at - 1].span.end)

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise refused(self.text, "too_deep", self.token.span, most=MOST_NESTED)
        start = self.token.span.start
        found = self.junction("||")
        if self.took("?"):
            then = self.junction("||")
            self.expect(":")
            other = self.expression()
            found = Ternary(self.span(start), found, then, other)
        self.depth -= 1
        return found

    def junction(self, sign: str) -> Expression:
        start = self.token.span.start
        terms = [self.junction("&&") if sign == "||" else self.binary(0)]
        while self.took(sign):
            terms.append(self.junction("&&") if sign == "||" else self.binary(0))
        return terms[0] if len(terms) == 1 else Junction(self.span(start), sign, tuple(terms))

    def binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self.unary()
        start = self.token.span.start
        left = self.binary(level + 1)
        while self.token.kind in _LEVELS[level]:
            sign = self.take()
            right = self.binary(level + 1)
            left = Binary(self.span(start), sign.kind, sign.span, left, right)
        return left

    def unary(self) -> Expression:
        signs: list[Token] = []
        while self.token.kind in {"!", "-"}:
            signs.append(self.take())
        if signs and {sign.kind for sign in signs} != {signs[0].kind}:
            raise refused(self.text, "mixed_signs", signs[-1].span)
        number = self.token
        if signs and signs[-1].kind == "-" and number.form in {Form.INT, Form.DOUBLE}:
            minus = signs.pop()
            self.take()
            assert isinstance(number.value, int | float)
            value = Literal(Span(minus.span.start, number.span.end), number.form, -number.value)
            found = self.members(self.whole(value))
        else:
            found = self.members(self.primary())
        for sign in reversed(signs):
            found = Prefix(Span(sign.span.start, found.span.end), sign.kind, found)
        return found

    def whole(self, literal: Literal) -> Literal:
        if literal.form is Form.INT and not INT_LEAST <= (literal.value or 0) <= INT_MOST:  # type: ignore[operator]
            raise refused(self.text, "int_too_big", literal.span, least=INT_LEAST, most=INT_MOST)
        return literal

    def members(self, found: Expression) -> Expression:
        start = found.span.start
        while self.token.kind in {".", "[", "{"}:
            opening = self.take()
            if opening.kind == "{":
                raise refused(self.text, "no_messages", opening.span)
            if self.token.kind == "?":
                raise refused(self.text, "no_optional", self.token.span)
            if opening.kind == "[":
                key = self.expression()
                self.expect("]")
                found = Subscript(self.span(start), found, key)
                continue
            name = self.expect("name")
            if self.took("("):
                arguments = self.listed(")")
                found = Invocation(self.span(start), found, name.name, name.span, arguments)
            else:
                found = Member(self.span(start), found, name.name, name.span)
        return found

    def primary(self) -> Expression:
        token = self.take()
        start = token.span.start
        if token.kind == "literal":
            assert token.form is not None
            return self.whole(Literal(token.span, token.form, token.value))
        if token.kind == ".":
            token = self.expect("name")
        if token.kind == "name":
            if token.name in RESERVED:
                raise refused(self.text, "reserved", token.span, name=token.name)
            if self.took("("):
                arguments = self.listed(")")
                return Invocation(self.span(start), None, token.name, token.span, arguments)
            return Name(self.span(start), token.name)
        if token.kind == "(":
            found = self.expression()
            self.expect(")")
            return found
        if token.kind == "[":
            items = self.listed("]")
            return Listing(self.span(start), items)
        if token.kind == "{":
            return self.mapping(start)
        if token.kind == "end":
            raise refused(self.text, "ends_early" if self.text.strip() else "empty", token.span, wanted="…")
        here = self.text[token.span.start : token.span.end]
        raise refused(self.text, "value_expected", token.span, sign=here)

    def listed(self, closing: str) -> tuple[Expression, ...]:
        """Expressions with commas up to the closing sign; a list may end in a comma."""
        items: list[Expression] = []
        while not self.took(closing):
            if self.token.kind == "?":
                raise refused(self.text, "no_optional", self.token.span)
            items.append(self.expression())
            if not self.took(","):
                self.expect(closing)
                break
            if closing == ")" and self.token.kind == ")":
                raise refused(self.text, "value_expected", self.token.span, sign=")")
        return tuple(items)

    def mapping(self, start: int) -> Expression:
        entries: list[tuple[Expression, Expression]] = []
        while not self.took("}"):
            if self.token.kind == "?":
                raise refused(self.text, "no_optional", self.token.span)
            key = self.expression()
            self.expect(":")
            entries.append((key, self.expression()))
            if not self.took(","):
                self.expect("}")
                break
        return Mapping(self.span(start), tuple(entries))
