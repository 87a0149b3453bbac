"""What stands above the columns of a list's sheet."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.catalogue.register_rules import FILES, Column, Register

REFERENCE = "row_reference"
NAMES_A_ROW = _("Row reference")
"""The column that says which row of the list a line is: no field is called so by chance."""
STATE, UNION, DUE, DUE_ON = "state", "row_union", "row_due", "row_due_on"
TOLD = {
    STATE: _("State"),
    UNION: _("Union that keeps the row"),
    DUE: _("What falls due next"),
    DUE_ON: _("Falls due on"),
}
"""What an export tells of a row besides what it says: a sheet changes none of it."""
LANGUAGES = ("zh-hans", "en")


def columns(register: Register) -> list[Column]:
    """The fields a sheet may say: not files, and nothing that lies sealed."""
    return [column for column in register.fields if column.type not in FILES and not column.sealed]


def names(register: Register) -> dict[str, list[str]]:
    """The headings each field is known by, and with them what names a row. What a field is called is the field's."""
    fields = {column.name: [column.label.zh, column.label.en, column.name] for column in columns(register)}
    taken = {heading for known in fields.values() for heading in known}
    return fields | {
        code: [heading for heading in known if heading not in taken] for code, known in _beside().items()
    }


def lacking(register: Register) -> list[Column]:
    """The fields every row needs that no sheet can say."""
    told = {column.name for column in columns(register)}
    return [column for column in register.fields if column.is_needed and column.name not in told]


def _beside() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {REFERENCE: [REFERENCE], **{code: [] for code in TOLD}}
    for language in LANGUAGES:
        with override(language):
            for code, words in {REFERENCE: NAMES_A_ROW, **TOLD}.items():
                found[code].append(str(words))
    return found
