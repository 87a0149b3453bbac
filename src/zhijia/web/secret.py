"""The key that signs sessions and links: from the environment, or made once for this data folder."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE = "secret.key"
VARIABLE = "ZHIJIA_SECRET_KEY"


def key(data: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The key in force. "" when there is none: Django refuses to work then."""
    if environment.get(VARIABLE):
        return environment[VARIABLE]
    try:
        return (data / FILE).read_text()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return ""


def make(data: Path) -> None:
    """Write a key into the data folder (0600) unless there is one."""
    try:
        descriptor = os.open(data / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
