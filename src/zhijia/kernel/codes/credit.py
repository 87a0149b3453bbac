"""The unified social credit code (统一社会信用代码, GB 32100-2015; ORG-17) of unions and employers."""

from stdnum.cn import uscc

from zhijia.kernel.codes.resident import PROVINCES
from zhijia.kernel.codes.text import compact, is_scientific

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
UNION_HEADS = frozenset({"81", "89"})
_CATEGORIES = {  # by registrar, table 2 of the standard; 8 is the unions' and not an employer's
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "123459",
    "6": "129",
    "7": "129",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
EMPLOYER_HEADS = frozenset(registrar + mark for registrar, marks in _CATEGORIES.items() for mark in marks)
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
