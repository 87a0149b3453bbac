"""Saved views: the filters of a table under a name, for oneself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.models import SavedView

MOST = 20


def save(*, actor: Actor, at: datetime, page: str, name: str, filters: Mapping[str, Any]) -> SavedView:
    """Keep these filters; a view of the same name is replaced. Raises Refusal without a name or beyond the most."""
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))
    name = name.strip()[:40]
    if not name:
        raise Refusal("view_without_name", _("Give the view a name."))
    if SavedView.objects.filter(user_id=actor.user_id, page=page).exclude(name=name).count() >= MOST:
        raise Refusal(
            "too_many_views", _("You have saved as many views as there is room for. Forget one first.")
        )
    kept = {key: value for key, value in filters.items() if value}
    view, _fresh = SavedView.objects.update_or_create(
        user_id=actor.user_id, page=page, name=name, defaults={"query": urlencode(kept), "saved_at": at}
    )
    return view


def of(actor: Actor, page: str) -> list[SavedView]:
    """The actor's own views of a page, by name."""
    return list(SavedView.objects.filter(user_id=actor.user_id or 0, page=page).order_by("name"))


def delete(*, actor: Actor, view_id: int) -> None:
    """Forget one of one's own views."""
    SavedView.objects.filter(pk=view_id, user_id=actor.user_id or 0).delete()
