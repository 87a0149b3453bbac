"""CEL's tokens, with what its literals mean. The text is taken as it is written, never normalised."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhijia.rules.problems import Span
from zhijia.rules.sentences import refused
from zhijia.rules.syntax import Form
from zhijia.rules.types import INT_LEAST, INT_MOST

KEYWORDS = frozenset({"true", "false", "null", "in"})
RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
MOST_DIGITS = 400

_TOKEN = re.compile(
    r"""
    (?P<blank>[\t\n\f\r ]+|//[^\n]*)
  | (?P<text>(?:[rR][bB]?|[bB][rR]?)?(?:\"{3}|'{3}|\"|'))
  | (?P<number>0[xX][0-9a-fA-F]+|[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+)(?P<unsigned>[uU])?
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"""\\(?:(?P<plain>[abfnrtv\\?"'`])|[xX](?P<two>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})"""
    r"""|U(?P<eight>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2}))"""
)
_PLAIN = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
_WIDE = str.maketrans(
    "（），。！？：；［］｛｝＋－＊／％＜＞＝＆｜“”‘’、＂＇．×÷≤≥≠", "(),.!?:;[]{}+-*/%<>=&|\"\"'',\"'.*/≤≥≠"
)
_INSTEAD = {"≤": "<=", "≥": ">=", "≠": "!=", ";": "&&", "&": "&&", "|": "||", "=": "=="}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `kind` is the sign or word itself, or `name`, `literal`, `end`."""

    kind: str
    span: Span
    name: str = ""
    form: Form | None = None
    value: bool | int | float | str | None = None


def tokens(text: str) -> Iterator[Token]:
    """The pieces in order and an end. Raises RuleRefused at what is none."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            _strange(text, at)
            raise AssertionError(at)
        span = Span(at, found.end())
        if found["text"]:
            token = _text(text, at, found["text"])
        elif found["number"]:
            token = _number(text, span, found["number"], unsigned=found["unsigned"] is not None)
        elif found["name"]:
            token = _word(span, found["name"])
        elif found["sign"]:
            token = Token(found["sign"], span)
        else:
            at = span.end
            continue
        yield token
        at = token.span.end
    yield Token("end", Span(len(text), len(text)))


def _strange(text: str, at: int) -> None:
    char = text[at]
    span = Span(at, at + 1)
    meant = char.translate(_WIDE)
    meant = _INSTEAD.get(meant, meant)
    if meant != char:
        raise refused(text, "wide_sign", span, sign=char, instead=meant)
    if char == "`":
        raise refused(text, "quoted_name", span)
    raise refused(text, "strange_sign", span, sign=char if char.isprintable() else f"U+{ord(char):04X}")


def _word(span: Span, name: str) -> Token:
    if name in {"true", "false"}:
        return Token("literal", span, name, Form.BOOL, name == "true")
    if name == "null":
        return Token("literal", span, name, Form.NULL, None)
    return Token("in" if name == "in" else "name", span, name)


def _number(text: str, span: Span, digits: str, *, unsigned: bool) -> Token:
    after = text[span.end : span.end + 1]
    if after.isalnum() or after == "_":
        raise refused(text, "number_runs_on", span, sign=text[span.start : span.end + 1])
    if len(digits) > MOST_DIGITS:
        raise refused(text, "int_too_big", span, least=INT_LEAST, most=INT_MOST)
    if digits[:2] in {"0x", "0X"}:
        form, value = Form.INT, int(digits, 16)
    elif digits.isdigit():
        form, value = Form.INT, int(digits)
    else:
        return Token("literal", span, "", Form.DOUBLE, float(digits))
    return Token("literal", span, "", Form.UINT if unsigned else form, value)


def _text(text: str, at: int, opening: str) -> Token:
    quote = opening.lstrip("rRbB")
    prefix = opening[: -len(quote)].lower()
    start = at + len(opening)
    parts: list[str] = []
    while True:
        rest = text[start : start + 1]
        if text.startswith(quote, start):
            break
        if not rest or (rest in "\r\n" and len(quote) == 1):
            raise refused(text, "text_open", Span(at, start), quote=quote)
        if rest == "\\" and "r" not in prefix:
            escape = _ESCAPE.match(text, start)
            if escape is None:
                raise refused(
                    text, "bad_escape", Span(start, min(start + 2, len(text))), sign=text[start : start + 2]
                )
            parts.append(_escaped(text, escape))
            start = escape.end()
        else:
            parts.append(rest)
            start += 1
    value = "".join(parts)
    span = Span(at, start + len(quote))
    if "\0" in value and "b" not in prefix:
        raise refused(text, "no_zero_character", span)
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise refused(text, "half_character", span)
    return Token("literal", span, "", Form.BYTES if "b" in prefix else Form.STRING, value)


def _escaped(text: str, escape: re.Match[str]) -> str:
    if plain := escape["plain"]:
        return _PLAIN.get(plain, plain)
    number = (
        int(escape["octal"], 8)
        if escape["octal"]
        else int(escape["two"] or escape["four"] or escape["eight"], 16)
    )
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise refused(text, "half_character", Span(*escape.span()))
    return chr(number)
