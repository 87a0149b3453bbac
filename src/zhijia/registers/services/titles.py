"""A title is named or withdrawn by whatever scores for it: a row of a list whose definition says `titles`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import adding, lists, moving, writing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.writing import Source


def name(
    *, actor: Actor, at: datetime, code: str, union_id: int, typed: Mapping[str, Any], source: Source
) -> Row:
    """The row of a title, kept at the union; the same source again answers it. Raises Refusal for a list of no titles,
    and what `adding.add` raises."""
    _titles(code, at)
    return adding.add(actor=actor, at=at, code=code, union_id=union_id, typed=typed, source=source)


def withdraw(*, actor: Actor, at: datetime, code: str, source: Source, reason: str) -> Row:
    """The title this source named ends, with its reason. Twice is once. Raises Refusal where it named none."""
    kept = _titles(code, at)
    row = adding.of_source(kept, source)
    if row is None:
        raise Refusal("no_such_title", _("There is no such title to withdraw."))
    actor, row = writing.locked(actor, kept, row.pk)
    if row.ended_on is None:
        ends = next(state.code for state in kept.definition.stations if state.ends)
        goes, today = moving.way(kept, row.state, ends), days.business_day(at)
        moving.carry(actor=actor, at=at, kept=kept, row=row, goes=goes, day=today, reason=reason)
    return row


def register() -> None:
    """Answer whoever names titles."""
    ports.register("registers.titles.name", name)
    ports.register("registers.titles.withdraw", withdraw)


def _titles(code: str, at: datetime) -> Kept:
    kept = lists.ready(code, at=at)
    if not kept.definition.titles:
        raise Refusal("no_titles", _("%(list)s holds no titles.") % {"list": kept.definition.label})
    return kept
