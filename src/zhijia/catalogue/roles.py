"""Roles and permissions (`definitions/roles/`; permissions are the code list `permissions`)."""

from zhijia.catalogue import codes, definitions
from zhijia.catalogue.kinds import Role

__all__ = ["Role", "all", "get", "permission_label"]


def get(code: str) -> Role:
    """The role. Raises UnknownDefinition."""
    try:
        return definitions.load().roles[code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no role {code}.") from None


def all() -> tuple[Role, ...]:
    """Every role, by code."""
    return tuple(sorted(definitions.load().roles.values(), key=lambda role: role.code))


def permission_label(permission: str) -> str:
    """The permission in words."""
    return codes.label("permissions", permission)
