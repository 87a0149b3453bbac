"""The unions at and under a union, as a table to take along."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.facts import queries as facts
from zhijia.kernel.actors import Actor
from zhijia.registry import tree
from zhijia.registry.models import Parent, Union
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services.exports.tables import BATCH, Column, ExportTable, Row, of_elements

USUAL = (
    "union_code",
    "name",
    "type",
    "level",
    "uscc",
    "unit_div",
    "parent_union",
    "cnt_members",
    "found_date",
)


def columns() -> list[Column]:
    """Every element a union's row holds; of its parents the one in the organisation tree."""
    held = of_elements(
        "union_name", "union_uscc", "union_type", "unit_nature", "industry", "unit_div", "counts", "founding"
    )
    words = {
        "level": _("Level"), "cnt_staff": _("Staff"), "cnt_members": _("Members of its own"),
        "found_date": _("Founded on"), "found_doc_no": _("Number of the approval"),
    }  # fmt: skip
    named = [
        Column(c.code, words.get(c.code, c.label), c.kind, c.element, c.code_list, purpose=c.purpose)
        for c in held
    ]
    return [
        Column("union_code", _("Code of the union"), element=35),
        *named,
        Column("parent_union", _("Stands under"), element=55),
    ]


def filters(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The tree is narrowed by the union it is asked for, and by nothing else."""
    return {}


def count(actor: Actor, union: Union, narrowed: Mapping[str, Any], most: int) -> int:
    """How many unions, counted no further than `most`."""
    return _under(union)[:most].count()


def rows(actor: Actor, union: Union, narrowed: Mapping[str, Any]) -> Iterator[list[Row]]:
    """The unions in the order of the tree, batch after batch."""
    after = union.tree_left - 1
    while found := list(_under(union).filter(tree_left__gt=after)[:BATCH]):
        after = found[-1].tree_left
        yield _rows(found)


def _under(union: Union) -> QuerySet[Union]:
    return tree.under(union.pk).filter(dissolved_on__isnull=True).order_by("tree_left")


def _rows(unions: Sequence[Union]) -> list[Row]:
    ids = [union.pk for union in unions]
    members = facts.by_union(MEMBERS, unions=ids)
    above = dict(
        Parent.objects.filter(
            union_id__in=ids, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True
        ).values_list("union_id", "parent__code")
    )
    return [
        Row(
            {
                "union_code": union.code,
                "name": union.name,
                "type": union.type,
                "level": union.level,
                "uscc": union.credit_code,
                "unit_nature": union.unit_nature,
                "industry": union.industry,
                "unit_div": union.division,
                "cnt_staff": union.staff_count,
                "cnt_members": members.get(union.pk, 0),
                "found_date": union.founded_on,
                "found_doc_no": union.approval_number,
                "parent_union": above.get(union.pk),
            }
        )
        for union in unions
    ]


TABLE = ExportTable(
    code="unions",
    label=_("Unions"),
    permission="union.view",
    columns=columns,
    rows=rows,
    count=count,
    filters=filters,
    usual=USUAL,
)
