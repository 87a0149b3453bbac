"""The closing report of a drive: each figure with its target and the facts it is made of, as plain data."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import progress, tallies
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign, Told
from zhijia.catalogue.text import Text
from zhijia.kernel.sheets import Cell, yuan
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import grouped


def figures(drive: Drive, campaign: Campaign, *, today: date) -> dict[str, Any]:
    """What was reached of each measure, what each got, who was on the roster and what was spent (fen), on this day."""
    union = Union.objects.get(pk=drive.union_id)
    line = progress.of(drive, campaign, union, [union], today)[0]
    on, off = tallies.listed(drive, union)
    return {
        "day": today.isoformat(),
        "measures": [
            {
                "code": cell.measure.code, "label": _both(cell.measure.label), "unit": _both(cell.measure.unit),
                "year": cell.year, "reached": cell.reached, "target": cell.target, "in_fen": cell.measure.in_fen,
                "facts": _kinds(cell.measure.told),
            }
            for cell in line.cells
        ],
        "things": [
            {"code": one.thing.code, "label": _both(one.thing.label), "there": one.there, "done": one.done,
             "late": one.late, "missing": one.missing}
            for one in progress.given(drive, campaign, union, today)
        ],
        "on": on,
        "off": off,
        "budget": drive.budget,
        "spent": drive.spent,
    }  # fmt: skip


def of(drive: Drive, campaign: Campaign, *, today: date) -> dict[str, Any]:
    """The report as it was written down when the drive was closed; of one that runs, as it is today."""
    if drive.state == Drive.State.CLOSED:
        return drive.report
    return figures(drive, campaign, today=today)


def lines(report: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The report as a page says it: what, year, target, reached, unit, where from."""
    for what, year, target, reached, unit, made in rows(report):
        yield str(what), str(year or ""), _said(target), _said(reached), str(unit), str(made)


def rows(report: dict[str, Any]) -> Iterator[tuple[Cell, ...]]:
    """The same as rows of a sheet, with numbers and amounts (yuan)."""
    for one in report["measures"]:
        said = yuan if one.get("in_fen") else int
        kinds = _("; ").join(str(Text(**kind["label"])) for kind in one["facts"])
        yield (
            str(Text(**one["label"])),
            one["year"] or None,
            None if one["target"] is None else said(one["target"]),
            said(one["reached"]),
            str(Text(**one["unit"])),
            kinds,
        )
    for one in report["things"]:
        how = [
            words % {"many": grouped(one[key])}
            for key, words in (
                ("late", _("late: %(many)s")),
                ("missing", _("missing past their day: %(many)s")),
            )
            if one.get(key)
        ]
        yield (
            str(Text(**one["label"])),
            None,
            one["there"],
            one["done"],
            "",
            _("; ").join(how),
        )


def _said(number: Cell) -> str:
    return "" if number is None else f"{number:,}"


def _kinds(told: Told) -> list[dict[str, Any]]:
    known = definitions.load().facts
    return [{"kind": code, "label": _both(known[code].label)} for code in (told.kind, told.less) if code]


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
