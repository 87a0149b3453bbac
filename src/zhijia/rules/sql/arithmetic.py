"""Arithmetic in SQL, total: whatever the operands are, the answer is a value or NULL and never an error. PostgreSQL
works parts of a statement out before it looks at a CASE around them, so each part has to be total by itself."""

from zhijia.rules.ir import Arithmetic, Operation
from zhijia.rules.sql.statement import let
from zhijia.rules.types import DECIMAL_DIGITS, DECIMAL_PLACES, INT_LEAST, INT_MOST, Kind

FIRST_DAY, DAYS_OF_DATES, SECONDS_A_DAY = "'0001-01-01'::date", 3_652_058, 86_400
DECIMAL_LIMIT = 10**DECIMAL_DIGITS
DOUBLE_LEAST, DOUBLE_MOST = "'1e-150'::float8", "'1e150'::float8"


def arithmetic(node: Arithmetic, left: str, right: str) -> str:
    """The operation on two texts."""
    match node.type.kind, node.left.type.kind:
        case Kind.STRING, _:
            return f"({left} || {right})"
        case Kind.DATE, Kind.DATE:
            return moved(left, right, "+" if node.how is Operation.ADD else "-")
        case Kind.DATE, _:
            return moved(right, left, "+")
        case Kind.DURATION, Kind.DATE:
            return f"({left} - {right})::bigint * {SECONDS_A_DAY}".join("()")
        case Kind.INT | Kind.DURATION, _:
            return whole(node.how, whole_number(left), whole_number(right), guarded=node.guarded)
        case Kind.DECIMAL, _:
            return decimal(node.how, left, right, guarded=node.guarded)
        case _:
            return double(node.how, left, right, guarded=node.guarded)


def whole_number(text: str) -> str:
    """The value in 64 bits: a column may be narrower, and what is reckoned with it too."""
    return text if text.endswith("::bigint") else f"{text}::bigint"


def whole(how: Operation, left: str, right: str, *, guarded: bool) -> str:
    """Whole numbers and durations: division and remainder toward zero."""
    if how is Operation.REMAINDER:
        return f"({left} %% nullif({right}, 0))"
    if how is Operation.DIVIDE:
        return (
            in_64_bits(f"div({left}::numeric, nullif({right}, 0)::numeric)")
            if guarded
            else f"({left} / nullif({right}, 0))"
        )
    return in_64_bits(f"({left}::numeric {how} {right}::numeric)") if guarded else f"({left} {how} {right})"


def in_64_bits(exact: str) -> str:
    """A whole numeric as a bigint, unknown where it does not fit."""
    return let(
        {"exact": exact},
        lambda exact: f"CASE WHEN {exact} BETWEEN {INT_LEAST} AND {INT_MOST} THEN {exact}::bigint END",
    )


def decimal(how: Operation, left: str, right: str, *, guarded: bool) -> str:
    """Six places, halves away from zero. A quotient is rounded once, from whole numbers."""
    match how:
        case Operation.REMAINDER:
            return f"({left} %% nullif({right}, 0))"
        case Operation.DIVIDE:
            found = quotient(left, right)
        case Operation.MULTIPLY:
            found = f"round({left} * {right}, {DECIMAL_PLACES})"
        case _:
            found = f"({left} {how} {right})"
    return in_decimals(found) if guarded else found


def quotient(left: str, right: str) -> str:
    """Half a step more, cut off: `div` is exact, `/` of numerics would round a first time."""
    steps = 2 * 10**DECIMAL_PLACES
    return let(
        {"over": left, "under": right},
        lambda over, under: (
            f"sign({over}) * sign({under})"
            f" * div(abs({over}) * {steps} + abs({under}), nullif(2 * abs({under}), 0)) * {10**-DECIMAL_PLACES:.6f}"
        ).join("()"),
    )


def in_decimals(exact: str) -> str:
    """Unknown from 10^18 on."""
    return let({"exact": exact}, lambda exact: f"CASE WHEN abs({exact}) < {DECIMAL_LIMIT} THEN {exact} END")


def double(how: Operation, left: str, right: str, *, guarded: bool) -> str:
    """IEEE, kept to the magnitudes that both languages hold."""
    divisor = f"nullif({right}, 0::float8)" if how is Operation.DIVIDE else right
    found = f"({left} {how} {divisor})"
    return in_doubles(found) if guarded else found


def in_doubles(found: str) -> str:
    """Zero or between 1e-150 and 1e150, else unknown."""
    return let(
        {"found": found},
        lambda found: (
            f"CASE WHEN {found} = 0 OR abs({found}) BETWEEN {DOUBLE_LEAST} AND {DOUBLE_MOST} THEN {found} END"
        ),
    )


def moved(day: str, seconds: str, sign: str) -> str:
    """A date so many seconds on or back: only whole days, only from 0001 to 9999."""
    number = f"(({day} - {FIRST_DAY})::bigint {sign} {whole_number(seconds)} / {SECONDS_A_DAY})"
    return let(
        {"seconds": seconds, "number": number},
        lambda seconds, number: (
            f"CASE WHEN {seconds} %% {SECONDS_A_DAY} = 0 AND {number} BETWEEN 0 AND {DAYS_OF_DATES}"
            f" THEN {FIRST_DAY} + least(greatest({number}, 0), {DAYS_OF_DATES})::int END"
        ),
    )


def negated(kind: Kind, text: str, *, guarded: bool) -> str:
    """The value with the other sign; of the least whole number there is none."""
    if kind not in {Kind.INT, Kind.DURATION}:
        return f"(- {text})"
    text = whole_number(text)
    return f"(- nullif({text}, '{INT_LEAST}'::bigint))" if guarded else f"(- {text})"
