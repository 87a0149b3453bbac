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
