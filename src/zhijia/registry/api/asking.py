"""What every operation of the registry shares: strict shapes, a union by its code, nothing else behind "?"."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Path, Schema
from ninja.errors import ValidationError
from pydantic import ConfigDict

from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Union

Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,20}$", description="Code of a union")]


class Strict(Schema):
    """What is not named here is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


def nothing_else(request: Asked, asked: Strict) -> None:
    """Refuse what else stands behind the question mark; the framework would pass over it."""
    unknown = set(request.GET) - set(type(asked).model_fields)
    if unknown:
        raise ValidationError([{"loc": ("query",), "type": "extra_forbidden"}])


def found_union(request: Asked, code: str, permission: str) -> Union:
    """The union with this code; not found (NotForYou) where the caller has no such right."""
    found = Union.objects.filter(code=code).first()
    if found is None or not access.may(request.actor, permission, found.pk):
        raise NotForYou("not_found", _("There is no such union under yours."))
    return found


def codes_of(union_ids: set[int]) -> dict[int, str]:
    """The codes of these unions, by their id."""
    return dict(Union.objects.filter(pk__in=union_ids).values_list("pk", "code"))
