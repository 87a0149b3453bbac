"""Where there is something when there is nothing here: unions below that have rows of a table. Row policies hold."""

from django.db.models import Exists, Model, OuterRef
from django.urls import reverse

from zhijia.registry import tree
from zhijia.registry.models import Union

MOST = 10


def below(union: Union, model: type[Model], page: str) -> list[tuple[str, str]]:
    """The first unions below this one with rows of this table, by name, each with its address of this page."""
    rows = model._default_manager.filter(union_id=OuterRef("pk"))
    found = tree.under(union.pk).exclude(pk=union.pk).filter(Exists(rows)).order_by("tree_left")[:MOST]
    return [(one.name, reverse(page, args=[one.code])) for one in found]
