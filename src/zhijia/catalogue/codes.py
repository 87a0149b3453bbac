"""Code lists (`definitions/codes/`): versioned, each entry dated, both languages."""

from datetime import date

from zhijia.catalogue import definitions
from zhijia.catalogue.kinds import CodeList, as_written


def get(list_code: str) -> CodeList:
    """The whole list. Raises UnknownDefinition."""
    try:
        return definitions.load().codes[list_code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no code list {list_code}.") from None


def options(list_code: str, day: date) -> list[tuple[str, str]]:
    """What can be chosen on this day, as (code, words in the active language), in the list's order."""
    return [(option.code, str(option.label)) for option in get(list_code).options if option.in_force(day)]


def label(list_code: str, code: str) -> str:
    """The words of a code, of an ended one too; the code itself where the list never had it."""
    option = get(list_code).by_code.get(code)
    return str(option.label) if option else code


def holds(list_code: str, code: str, day: date) -> bool:
    """Whether the code can be chosen on this day."""
    option = get(list_code).by_code.get(code)
    return option is not None and option.in_force(day)


def read(list_code: str, text: str, day: date) -> str | None:
    """The code somebody means who wrote this in a sheet: the code, its words in either language or a synonym.
    None when the list has nothing of the kind on this day."""
    code = get(list_code).by_words.get(as_written(text))
    return code if code is not None and holds(list_code, code, day) else None


def unit_label(unit: str) -> str:
    """A parameter's unit in the active language."""
    return label("units", unit.replace(" ", "_"))
