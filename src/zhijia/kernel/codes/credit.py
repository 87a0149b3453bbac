"""The unified social credit code (统一社会信用代码, GB 32100-2015; ORG-17) of unions and employers."""

from stdnum.cn import uscc

from zhijia.kernel.codes.resident import PROVINCES
from zhijia.kernel.codes.text import compact, is_scientific

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
UNION_HEADS = frozenset({"81", "89"})
EMPLOYER_HEADS = frozenset("11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 55 59 61 62 69 71 72 79".split()) | (
    frozenset("91 92 93 A1 A9 N1 N2 N3 N9 Y1".split())
)
REASONS = (
    "code_empty",
    "code_scientific",
    "code_length",
    "code_characters",
    "code_not_a_union",
    "code_is_a_union",
    "code_registrar",
    "code_division",
    "code_check",
)
_CENTRAL = "10"


def normal_code(text: str) -> str:
    """The code as it is compared: 18 narrow characters in upper case, no spaces or dashes."""
    return compact(text).replace("-", "")


def union_code_error(text: str) -> str | None:
    """Why this is no union's code (heads 81 grassroots, 89 other), as one of `REASONS` (ORG-17, TV-01)."""
    code = normal_code(text)
    return _form_error(code) or ("code_not_a_union" if code[:2] not in UNION_HEADS else _body_error(code))


def employer_code_error(text: str) -> str | None:
    """Why this is no employer's code (any head but a union's), as one of `REASONS` (ORG-17, row 31)."""
    code = normal_code(text)
    if reason := _form_error(code):
        return reason
    if code[:2] in UNION_HEADS:
        return "code_is_a_union"
    return "code_registrar" if code[:2] not in EMPLOYER_HEADS else _body_error(code)


def code_check_character(first_seventeen: str) -> str:
    """The eighteenth character (MOD 31 with weights 3^i)."""
    return str(uscc.calc_check_digit(first_seventeen))


def _form_error(code: str) -> str | None:
    if not code:
        return "code_empty"
    if is_scientific(code):
        return "code_scientific"
    if len(code) != 18:
        return "code_length"
    return "code_characters" if any(character not in ALPHABET for character in code) else None


def _body_error(code: str) -> str | None:
    division = code[2:8]
    if not division.isdigit() or division[:2] not in PROVINCES | {_CENTRAL}:
        return "code_division"
    return None if code_check_character(code[:17]) == code[17] else "code_check"
