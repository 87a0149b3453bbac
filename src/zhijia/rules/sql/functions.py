"""The functions of scalars in SQL, total as arithmetic is."""

from collections.abc import Callable, Sequence

from zhijia.rules.ir import Call, Constant, Function
from zhijia.rules.sql.arithmetic import SECONDS_A_DAY, in_64_bits, in_decimals, whole_number
from zhijia.rules.sql.statement import let
from zhijia.rules.types import Kind


def call(node: Call, said: Sequence[str]) -> str:
    """The function of its arguments' texts."""
    kind = node.arguments[0].type.kind
    match node.function:
        case Function.STARTS_WITH:
            return f'({said[0]} ^@ {said[1]} COLLATE "C")'
        case Function.ENDS_WITH:
            return let(
                {"whole": said[0], "ending": said[1]},
                lambda whole, ending: f'(right({whole}, char_length({ending})) = {ending} COLLATE "C")',
            )
        case Function.CONTAINS:
            return f'(strpos({said[0]}, {said[1]} COLLATE "C") > 0)'
        case Function.MATCHES:
            return f'({said[0]} ~ {said[1]} COLLATE "C")'
        case Function.LENGTH:
            return f"char_length({said[0]})"
        case Function.YEARS:
            return f"extract(year FROM {_apart(said)})::bigint"
        case Function.MONTHS:
            return f"(extract(year FROM {_apart(said)}) * 12 + extract(month FROM {_apart(said)}))::bigint"
        case Function.DAYS:
            return f"({whole_number(said[0])} / {SECONDS_A_DAY})"
        case Function.YEAR | Function.MONTH | Function.DAY_OF_MONTH | Function.DAY_OF_WEEK:
            part, less = _PARTS[node.function]
            return f"(extract({part} FROM {said[0]})::bigint{less})"
        case Function.SMALLER | Function.GREATER:
            how = "<=" if node.function is Function.SMALLER else ">="
            return let({"one": said[0], "two": said[1]}, _chosen(how))
        case _:
            return _CONVERSIONS[node.function, kind](said[0], node.guarded)


_PARTS = {
    Function.YEAR: ("year", ""),
    Function.MONTH: ("month", " - 1"),
    Function.DAY_OF_MONTH: ("day", ""),
    Function.DAY_OF_WEEK: ("dow", ""),
}


def _apart(said: Sequence[str]) -> str:
    """The completed years, months and days from the first to the second; a timestamp keeps time zones out of it."""
    return f"age({said[1]}::timestamp, {said[0]}::timestamp)"


def _chosen(how: str) -> Callable[[str, str], str]:
    """One of two that are both known: `least` of PostgreSQL passes NULL over."""
    return lambda one, two: f"CASE WHEN {one} {how} {two} THEN {one} WHEN {two} {how} {one} THEN {two} END"


def _whole_of_double(text: str, guarded: bool) -> str:
    # 2^63 itself is a double, 2^63 - 1 is none.
    return let(
        {"found": text},
        lambda found: (
            f"CASE WHEN {found} >= '-9223372036854775808'::float8 AND {found} < '9223372036854775808'::float8"
            f" THEN trunc({found})::bigint END"
        ),
    )


def _whole_of_text(text: str, guarded: bool) -> str:
    """Numbers of at most 19 digits are turned, and only then: PostgreSQL refuses others with an error."""
    digits = let(
        {"words": text},
        lambda words: (
            f"CASE WHEN {words} ~ '^-?0*[0-9]{{1,19}}$' COLLATE \"C\""
            f" THEN substring({words}, '^-?0*([0-9]{{1,19}})$' COLLATE \"C\")::numeric"
            f" * CASE WHEN {words} ^@ '-' COLLATE \"C\" THEN -1 ELSE 1 END END"
        ),
    )
    return in_64_bits(digits)


def _decimal_of_whole(text: str, guarded: bool) -> str:
    found = f"{text}::numeric"
    return in_decimals(found) if guarded else found


def _double_of_decimal(text: str, guarded: bool) -> str:
    return f"{text}::float8"


def _text_of_decimal(text: str, guarded: bool) -> str:
    return f"trim_scale({text})::text"


def _same(text: str, guarded: bool) -> str:
    return text


_CONVERSIONS: dict[tuple[Function, Kind], Callable[[str, bool], str]] = {
    (Function.TO_INT, Kind.INT): _same,
    (Function.TO_INT, Kind.DOUBLE): _whole_of_double,
    (Function.TO_INT, Kind.DECIMAL): lambda text, guarded: f"trunc({text})::bigint",
    (Function.TO_INT, Kind.STRING): _whole_of_text,
    (Function.TO_DOUBLE, Kind.INT): lambda text, guarded: f"{text}::float8",
    (Function.TO_DOUBLE, Kind.DOUBLE): _same,
    (Function.TO_DOUBLE, Kind.DECIMAL): _double_of_decimal,
    (Function.TO_DECIMAL, Kind.INT): _decimal_of_whole,
    (Function.TO_DECIMAL, Kind.DECIMAL): _same,
    (Function.TO_STRING, Kind.STRING): _same,
    (Function.TO_STRING, Kind.INT): lambda text, guarded: f"{text}::text",
    (Function.TO_STRING, Kind.BOOL): lambda text, guarded: f"{text}::text",
    (Function.TO_STRING, Kind.DECIMAL): _text_of_decimal,
    (Function.TO_STRING, Kind.DATE): lambda text, guarded: f"to_char({text}, 'YYYY-MM-DD')",
}


def literal(node: Call) -> str:
    """The pattern of a `matches`, as it stands in the rule."""
    pattern = node.arguments[1]
    if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
        raise TypeError("The checker lets only constant patterns through.")
    return pattern.value
