"""What stands above the columns of a list's sheet."""

from zhijia.catalogue.register_rules import FILES, Column, Register


def columns(register: Register) -> list[Column]:
    """The fields a sheet may say: not files, and nothing that lies sealed."""
    return [column for column in register.fields if column.type not in FILES and not column.sealed]


def names(register: Register) -> dict[str, list[str]]:
    """The headings each field is known by."""
    return {column.name: [column.label.zh, column.label.en, column.name] for column in columns(register)}


def lacking(register: Register) -> list[Column]:
    """The fields every row needs that no sheet can say."""
    told = {column.name for column in columns(register)}
    return [column for column in register.fields if column.is_needed and column.name not in told]
