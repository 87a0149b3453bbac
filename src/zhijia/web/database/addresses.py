"""Where the database is: the URLs of the four roles, from the environment or from the data folder.

Settings read this, so nothing here may import Django.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

VARIABLES = {
    "default": "DATABASE_URL",
    "bulk": "ZHIJIA_BULK_URL",
    "owner": "ZHIJIA_OWNER_URL",
    "sealer": "ZHIJIA_SEALER_URL",
}
ROLES = {"default": "zhijia_app", "bulk": "zhijia_bulk", "owner": "zhijia_owner", "sealer": "zhijia_sealer"}
DATABASE = "zhijia"
FILE = "database.json"


def outside(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the database is somebody else's server, which Zhijia neither starts nor migrates by itself."""
    return bool(environment.get("DATABASE_URL"))


def urls(data: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The URL of each connection alias. Outside, a companion that is not set falls back to `DATABASE_URL`."""
    if outside(environment):
        app = environment["DATABASE_URL"]
        return {alias: environment.get(name) or app for alias, name in VARIABLES.items()}
    return embedded_urls(data)


def embedded_urls(data: Path) -> dict[str, str]:
    """The URLs of the embedded server of this data folder; without one, URLs that lead nowhere."""
    kept = _note(data)
    return {
        alias: url(role, kept["passwords"].get(role, ""), kept["socket"], DATABASE)
        for alias, role in ROLES.items()
    }


def url(user: str, password: str, socket: str, name: str) -> str:
    """A connection URL through a Unix socket folder."""
    return f"postgresql://{quote(user)}:{quote(password)}@/{name}?host={quote(socket, safe='/')}"


def keep(data: Path, socket: Path) -> dict[str, str]:
    """Note the socket folder in the data folder (0600) and answer the roles' passwords, made once."""
    path = data / FILE
    passwords: dict[str, str] = _note(data)["passwords"]
    for role in ROLES.values():
        passwords.setdefault(role, secrets.token_urlsafe(24))
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"socket": str(socket), "passwords": passwords}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return passwords


def _note(data: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads((data / FILE).read_text())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {"socket": "/nonexistent", "passwords": {}}
    return note


def socket_of(data: Path) -> Path:
    """The socket folder noted in the data folder, or "/nonexistent"."""
    return Path(_note(data)["socket"])


def passwords(data: Path) -> dict[str, str]:
    """The passwords of the embedded server's roles, by role."""
    return dict(_note(data)["passwords"])
