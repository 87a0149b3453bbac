"""A list as a table to take along: its rows in words, people and phones masked."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from zhijia.catalogue.register_parts import Due as DueRule
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.forms import FilterForm
from zhijia.registers.models import Due, List
from zhijia.registers.queries import cells, due, listing
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.sheets import headings, standing
from zhijia.registers.services.sheets.headings import DUE, DUE_ON, NAMES_A_ROW, REFERENCE, STATE, TOLD, UNION
from zhijia.registry.models import Union
from zhijia.registry.services.exports.tables import BATCH, Column, ExportTable, Kind, Row

FAMILY = "list"
KINDS: Mapping[str, Kind] = {"whole": "whole", "money": "money", "date": "date", "yes_no": "yes_no"}
"""What a spreadsheet orders and adds up; all else is text."""


def code_of(kept: Kept) -> str:
    """The code under which a list is exported."""
    return f"{FAMILY}-{kept.id}"


def table_of(which: str) -> ExportTable | None:
    """The list of this number as a table; none where there is none."""
    row = (
        List.objects.select_related("version").filter(pk=which, version__isnull=False)
        if which.isdigit()
        else None
    )
    found = row.first() if row is not None else None
    return _table(lists.of(found)) if found is not None else None


def _table(kept: Kept) -> ExportTable:
    """Its columns are what officers see: what keepers alone see stays here, and what lies sealed."""
    fields = [column for column in headings.columns(kept.definition) if column.see != "keepers"]
    purpose = kept.definition.purpose

    def columns() -> list[Column]:
        return [
            Column(REFERENCE, NAMES_A_ROW),
            *(
                Column(
                    one.name,
                    one.label,
                    KINDS.get(one.type, "text"),
                    mask=cells.MASKS.get(one.type, "none"),
                    purpose=purpose,
                )
                for one in fields
            ),
            Column(STATE, TOLD[STATE]),
            Column(UNION, TOLD[UNION]),
            *((Column(DUE, TOLD[DUE]), Column(DUE_ON, TOLD[DUE_ON], "date")) if kept.definition.dues else ()),
        ]

    def narrowed(filters: Mapping[str, Any]) -> dict[str, Any]:
        form = FilterForm(
            filters,
            columns=kept.definition.found_by,
            states=[(state.code, state.label) for state in kept.definition.stations],
            day=days.business_day(days.now()),
            near={},
        )
        form.is_valid()
        return {"filters": form.filters(), "state": form.cleaned_data.get("state") or ""}

    def rows(actor: Actor, union: Union, filters: Mapping[str, Any]) -> Iterator[list[Row]]:
        labels = {state.code: str(state.label) for state in kept.definition.stations}
        after: UUID | None = None
        while True:
            page = listing.page(
                actor,
                kept.code,
                at=days.now(),
                union_id=union.pk,
                after=after,
                rows=BATCH,
                **narrowed(filters),
            )
            told = cells.taken_along(fields, [one.values for one in page.rows])
            stand = [one.pk for one in page.rows if one.ended_on is None]
            coming = due.next_of(kept, stand)
            named = Union.objects.filter(pk__in={one.union_id for one in page.rows})
            unions = dict(named.values_list("pk", "name"))
            yield [
                Row(
                    {
                        REFERENCE: standing.reference(kept, one.number),
                        STATE: labels.get(one.state, one.state),
                        UNION: unions.get(one.union_id),
                        **_due(coming.get(one.pk)),
                        **{column.name: value for column, value in zip(fields, line, strict=True)},
                    }
                )
                for one, line in zip(page.rows, told, strict=True)
            ]
            after = page.after
            if after is None:
                return

    def count(actor: Actor, union: Union, filters: Mapping[str, Any], most: int) -> int:
        return listing.count(
            actor, kept.code, at=days.now(), union_id=union.pk, most=most, **narrowed(filters)
        )

    def known(sent: Mapping[str, Any]) -> dict[str, Any]:
        names = {one.name for one in kept.definition.found_by}
        return {
            name: value
            for name, value in sent.items()
            if value and (name == "state" or name.removesuffix("_from").removesuffix("_to") in names)
        }

    return ExportTable(
        code=code_of(kept),
        label=kept.definition.label,
        permission="list.view",
        columns=columns,
        rows=rows,
        count=count,
        filters=known,
        usual=(REFERENCE, *(one.name for one in fields), STATE, UNION, DUE, DUE_ON),
    )


def _due(coming: tuple[DueRule, Due] | None) -> dict[str, Any]:
    """What is to be done first of a row, and by when."""
    if coming is None:
        return {}
    rule, first = coming
    return {DUE: str(rule.label), DUE_ON: first.day}
