"""The administrative divisions: their names, what lies in them and above them, a search by name.

Codes may be given in 2, 4, 6, 9 or 12 digits. An abolished division keeps its name and path on old records
and is offered nowhere.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from zhijia.catalogue.division_loading import load
from zhijia.catalogue.models import Division
from zhijia.catalogue.places import NATION, division_chain, padded

__all__ = ["children", "current", "full_name", "full_names", "get", "load", "name", "names", "path", "search"]

# Words that stand for "the city's own districts" and tell a reader nothing.
FILLERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def get(code: str) -> Division | None:
    """The division, abolished ones too."""
    return Division.objects.filter(pk=padded(code)).first()


def children(code: str = "", day: date | None = None) -> QuerySet[Division]:
    """The divisions directly under this one, by code: those in force on the day, or that never ended."""
    return _in_force(day).filter(parent=padded(code)).order_by("code")


def name(code: str) -> str:
    """The division's own name; the code itself where the list never had it."""
    return names([code])[code]


def names(codes: Collection[str]) -> dict[str, str]:
    """The names of many divisions in one query, by the codes as they were given."""
    found = dict(Division.objects.filter(pk__in={padded(code) for code in codes}).values_list("code", "name"))
    return {code: found.get(padded(code), code) for code in codes}


def path(code: str) -> list[Division]:
    """The division and all above it, the province first."""
    return list(Division.objects.filter(pk__in=division_chain(code)).order_by("level"))


def full_name(code: str) -> str:
    """The names from the province down in one word, as an address begins: 安徽省合肥市包河区."""
    return full_names([code])[code]


def full_names(codes: Collection[str]) -> dict[str, str]:
    """The full names of many divisions in one query, by the codes as they were given."""
    chains = {code: division_chain(code) for code in codes}
    above = Division.objects.filter(pk__in={step for chain in chains.values() for step in chain})
    called = {key: (level, name) for key, level, name in above.values_list("code", "level", "name")}
    return {
        code: "".join(
            name
            for _level, name in sorted(called[step] for step in chain if step in called)
            if name not in FILLERS
        )
        or code
        for code, chain in chains.items()
    }


def current(code: str) -> str:
    """The code that stands for this division today: its successor's, as far as one is known (ORG-18)."""
    seen = {code}
    while (division := get(code)) and division.successor and division.successor not in seen:
        code = division.successor
        seen.add(code)
    return code


def search(
    prefix: str, *, within: str = "", level: int | None = None, day: date | None = None
) -> QuerySet[Division]:
    """Divisions whose name begins so, inside `within`, by code. By the operator ^@, which an index serves."""
    found = _in_force(day).filter(_begins("name", prefix))
    if within and padded(within) != NATION:
        found = found.filter(_begins("code", padded(within).rstrip("0")))
    if level is not None:
        found = found.filter(level=level)
    return found.order_by("code")


def _in_force(day: date | None) -> QuerySet[Division]:
    if day is None:
        return Division.objects.filter(valid_to__isnull=True)
    began = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return Division.objects.filter(began, Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _begins(column: str, prefix: str) -> Q:
    text = f'"catalogue_division"."{column}" ^@ %s'
    return Q(RawSQL(text, [prefix], output_field=BooleanField()))  # noqa: S611 - the column is ours
