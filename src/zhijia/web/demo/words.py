"""The words the demo is written with: Chinese text lives in data files, never in code."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words(name: str) -> dict[str, Any]:
    """The content of `data/<name>.yaml`."""
    text = files("zhijia.web.demo").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def statements(name: str) -> list[str]:
    """The statements of `data/<name>.sql`, in order."""
    text = files("zhijia.web.demo").joinpath("data", f"{name}.sql").read_text(encoding="utf-8")
    return [statement for statement in text.split(";\n") if statement.strip()]


def at_the_bank() -> list[tuple[str, str, int]]:
    """Accounts the made-up bank has from its start: number, holder, fen. The demo's payments go out from there."""
    kept = words("payments")["bank"]
    return [(kept["number"], kept["holder"], kept["holds_yuan"] * 100)]
