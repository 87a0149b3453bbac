"""Tables and texts people send and get: read in a child with limits, written so that nothing runs, marked where
wrong."""

from zhijia.kernel.sheets.cells import Cell, plain, yuan
from zhijia.kernel.sheets.errors import CODES, LOST, Limits, SheetError
from zhijia.kernel.sheets.marking import mark_errors
from zhijia.kernel.sheets.reading import Rows, Table, read_table, read_text
from zhijia.kernel.sheets.writing import safe_cell, write_csv, write_parquet, write_workbook

__all__ = [
    "CODES",
    "LOST",
    "Cell",
    "Limits",
    "Rows",
    "SheetError",
    "Table",
    "mark_errors",
    "plain",
    "read_table",
    "read_text",
    "safe_cell",
    "write_csv",
    "write_parquet",
    "write_workbook",
    "yuan",
]
