"""What figures say of the items of an entry: asked now, or kept with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from zhijia.appraisals.models import Entry, Filled
from zhijia.appraisals.rules import scoring
from zhijia.catalogue import ports
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Figure
from zhijia.catalogue.figures import PORT, Asked, Told


def now(entry: Entry, items: Iterable[Criterion]) -> dict[str, tuple[Told, str]]:
    """What each figure tells now, and what that says of its item; nothing where it knows nothing."""
    found: dict[str, tuple[Told, str]] = {}
    for item in items:
        if item.figure is None:
            continue
        told: Told | None = ports.call(f"{PORT}.{item.figure.port}", asked(entry, item.figure))
        if told is not None:
            found[item.code] = told, scoring.said_by(item, item.figure, told.value)
    return found


def asked(entry: Entry, figure: Figure) -> Asked:
    """What a figure is asked about an entry."""
    return Asked(entry.kind, entry.target, entry.union_id, entry.run.since, entry.run.until, figure.given)


def keep(entry: Entry, scheme: Appraisal, at: datetime) -> Mapping[str, Filled]:
    """Ask every figure of the scheme and keep what it says, in place of what it said before; all that is kept."""
    rows = [
        Filled(
            entry=entry,
            union_id=entry.union_id,
            county_id=entry.county_id,
            item=code,
            value=told.value,
            said=said,
            link=told.link,
            taken_at=at,
        )
        for code, (told, said) in now(entry, scheme.items.values()).items()
    ]
    Filled.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["entry", "item"],
        update_fields=["value", "said", "link", "taken_at"],
    )
    return kept(entry)


def kept(entry: Entry) -> dict[str, Filled]:
    """What is kept of figures, by item."""
    return {row.item: row for row in entry.filled.all()}
