"""A page of a list: filtered and ordered by the fields its definition names, from behind a row on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days
from zhijia.kernel import rows as kernel_rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers import shaping
from zhijia.registers.models import Row
from zhijia.registers.queries import scoping
from zhijia.registers.services import lists, versions
from zhijia.registers.services.lists import Kept
from zhijia.registers.words import grams
from zhijia.registry import access

ADDED = "added"
MOST_COUNTED = 10_000
MOST_WORDED = 2_000
COLUMNS = tuple(
    field.attname
    for field in Row._meta.concrete_fields
    if not field.attname.startswith(("text_", "number_", "day_")) and field.attname != "words"
)
"""What a page reads of a row: not the columns its values stand in besides."""
_LEFT_OUT = tuple(field.attname for field in Row._meta.concrete_fields if field.attname not in COLUMNS)
_PAGE = """
SELECT {read} FROM (SELECT {keys} FROM unnest(%(places)s::int[]) AS p (place) CROSS JOIN LATERAL (
    SELECT {keys} FROM registers_row r WHERE r.register_id = {list} AND r.{scope} = p.place {where}
    ORDER BY {order} LIMIT {most}) r
  ORDER BY {order} LIMIT {most}) k
JOIN registers_row r ON r.register_id = {list} AND r.id = k.id
ORDER BY {order}"""
"""Each place's first rows by their keys alone; whole rows are read of those that are on the page."""
_ONE_PLACE = """
SELECT {read} FROM registers_row r WHERE r.register_id = {list} AND r.{scope} = (%(places)s::int[])[1] {where}
ORDER BY {order} LIMIT {most}"""
_COUNT = """
SELECT count(*) FROM (SELECT FROM unnest(%(places)s::int[]) AS p (place) CROSS JOIN LATERAL (
  SELECT FROM registers_row r WHERE r.register_id = {list} AND r.{scope} = p.place {where} LIMIT %(most)s) r
  LIMIT %(most)s) c"""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the id of the last one where there are more behind it."""

    rows: Sequence[Row]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to: fields it is found by, each to a value or to (from, to), both included; a state;
    words. Rows that have ended are left out unless a state is named or they are asked for."""

    filters: Mapping[str, Any]
    state: str = ""
    words: str = ""
    ended: bool = False


def offered(actor: Actor, *, at: datetime) -> list[Kept]:
    """The lists there are, for whoever may see lists anywhere, in the order of their areas and names."""
    if not access.may(actor, scoping.MAY):
        return []
    from_here = lists.there()
    known = versions.all_in_force(day=days.business_day(at))
    kept = [from_here.get(code) or Kept(0, code, register, {}) for code, register in known.items()]
    return sorted(kept, key=lambda one: (one.definition.group, one.definition.label.zh))


def page(
    actor: Actor,
    code: str,
    *,
    at: datetime,
    union_id: int | None = None,
    filters: Mapping[str, Any] | None = None,
    state: str = "",
    words: str = "",
    ended: bool = False,
    order: str = f"-{ADDED}",
    after: UUID | None = None,
    rows: int = 50,
) -> Page:
    """The rows under the union (the highest the actor works for, where none is named), newest first or by a field the
    list is found by (`field`, `-field`; rows without it last). Raises NotForYou, and Refusal for a field it is not
    found by."""
    kept = lists.ready(code, at=at)
    narrowed = Narrowed(filters or {}, state, words, ended)
    scope = scoping.of(actor, union_id)
    found: list[Row] = []
    for part in _parts(kept, order, after):
        found += _read(kept, scope, narrowed, part, rows + 1 - len(found))
        if len(found) > rows:
            break
    return Page(found[:rows], found[rows - 1].pk if len(found) > rows else None)


def count(
    actor: Actor,
    code: str,
    *,
    at: datetime,
    union_id: int | None = None,
    filters: Mapping[str, Any] | None = None,
    state: str = "",
    words: str = "",
    ended: bool = False,
    most: int = MOST_COUNTED,
) -> int:
    """How many rows there are, `most` at most."""
    kept, scope = lists.ready(code, at=at), scoping.of(actor, union_id)
    where, values = conditions(kept, Narrowed(filters or {}, state, words, ended))
    asked = _COUNT.format(list=kept.id, scope=scope.column, where=where)
    ((many,),) = kernel_rows.run(asked, values | {"places": list(scope.places), "most": most})
    return int(many)


def conditions(kept: Kept, narrowed: Narrowed) -> tuple[str, dict[str, Any]]:
    """The conditions over rows `r`, with their values. Raises Refusal for a field the list is not found by."""
    said, values = [], {}
    for name, wanted in narrowed.filters.items():
        slot = kept.slots.get(name)
        if slot is None:
            raise Refusal("not_found_by", _("This list is not found by %(field)s.") % {"field": name})
        column = kept.definition.by_name[name]
        if isinstance(wanted, tuple):
            for sign, bound, side in ((">=", wanted[0], "low"), ("<=", wanted[1], "high")):
                if bound is not None:
                    said.append(f"r.{slot} {sign} %({side}_{slot})s")
                    values[f"{side}_{slot}"] = shaping.typed(column, bound)
        else:
            said.append(f"r.{slot} = %({slot})s")
            values[slot] = shaping.typed(column, wanted)
    if narrowed.state:
        said.append("r.state = %(state)s")
        values["state"] = narrowed.state
    elif not narrowed.ended:
        said.append("r.ended_on IS NULL")
    if narrowed.words.strip():
        said.append("r.id = ANY (%(worded)s::uuid[])")
        values["worded"] = worded(kept.id, narrowed.words)
    return "".join(f" AND {one}" for one in said), values


def worded(list_id: int, text: str) -> list[UUID]:
    """The newest rows of a list with all these words, as far as whoever asks may see them."""
    sought = grams(text)
    if not sought:
        return []
    found = kernel_rows.run("SELECT id FROM registers_worded(%s, %s, %s)", [[list_id], sought, MOST_WORDED])
    return [row_id for (row_id,) in found]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the order that an index answers: rows with the field, then those without."""

    order: str
    where: str
    values: dict[str, Any]
    keys: tuple[str, ...] = ()


def _parts(kept: Kept, order: str, after: UUID | None) -> Iterator[_Part]:
    down = order.startswith("-")
    name, way, sign = order.removeprefix("-"), "DESC" if down else "ASC", "<" if down else ">"
    at_hand: dict[str, Any] = {"after": after} if after else {}
    if name == ADDED:
        behind = f" AND r.id {sign} %(after)s" if after else ""
        yield _Part(f"r.id {way}", behind, at_hand)
        return
    slot = kept.slots.get(name)
    if slot is None:
        raise Refusal("not_found_by", _("This list is not found by %(field)s.") % {"field": name})
    last = f"(SELECT a.{slot} FROM registers_row a WHERE a.register_id = {kept.id} AND a.id = %(after)s)"  # noqa: S608 - of ours
    behind = f" AND (r.{slot}, r.id) {sign} ({last}, %(after)s)" if after else ""
    where = f" AND r.{slot} IS NOT NULL{behind}"
    yield _Part(f"r.{slot} {way}, r.id {way}", where, at_hand, (f"r.{slot}",))
    behind = f" AND ({last} IS NOT NULL OR r.id {sign} %(after)s)" if after else ""
    yield _Part(f"r.id {way}", f" AND r.{slot} IS NULL{behind}", at_hand)


def _read(kept: Kept, scope: scoping.Scope, narrowed: Narrowed, part: _Part, most: int) -> list[Row]:
    where, values = conditions(kept, narrowed)
    asked = (_ONE_PLACE if len(scope.places) == 1 else _PAGE).format(
        read=kernel_rows.columns(Row, "r", _LEFT_OUT),
        keys=", ".join(["r.id", *part.keys]),
        list=kept.id,
        scope=scope.column,
        where=where + part.where,
        order=part.order,
        most=most,
    )
    found = kernel_rows.run(asked, values | part.values | {"places": list(scope.places)})
    return [kernel_rows.made(Row, one, _LEFT_OUT) for one in found]
