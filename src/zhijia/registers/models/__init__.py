"""Lists that unions keep: what they are, their rows, what rows were, what they name, what falls due."""

from zhijia.registers.models.lists import List, RegisterVersion
from zhijia.registers.models.rows import Due, Link, Past, Row, Text
from zhijia.registers.models.sheets import Sheet

__all__ = ["Due", "Link", "List", "Past", "RegisterVersion", "Row", "Sheet", "Text"]
