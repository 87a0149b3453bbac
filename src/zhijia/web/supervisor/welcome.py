"""What the person at the terminal reads when all runs: addresses, demo log-ins, where the codes are."""

import unicodedata
from collections.abc import Sequence

Row = Sequence[str]


def addresses(host: str, port: int, demo: bool) -> list[Row]:
    """The addresses worth opening."""
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    rows: list[Row] = [("Zhijia 职家", f"{base}/"), ("API", f"{base}/api/docs"), ("Health", f"{base}/health")]
    if demo:
        rows.append(("Demo codes", f"{base}/account/dev/codes  (second factor of staff, SMS)"))
    return rows


def text(host: str, port: int, logins: Sequence[Row]) -> str:
    """The whole greeting; `logins` are (role, login, password, note) and empty without the demo."""
    parts = ["", _table(("Open", "Address"), addresses(host, port, bool(logins)))]
    if logins:
        parts += ["", _table(("Role", "Log in as", "Password", "What for"), logins)]
    parts += ["", "Ctrl-C stops everything; the data stays."]
    return "\n".join(parts)


def _table(head: Row, rows: Sequence[Row]) -> str:
    """Columns as wide as their widest cell; a Chinese character is two wide."""
    widths = [max(_width(str(row[index])) for row in (head, *rows)) for index in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: Row, widths: Sequence[int]) -> str:
    return (
        "  "
        + "  ".join(_padded(str(cell), width) for cell, width in zip(cells, widths, strict=True)).rstrip()
    )


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell)
