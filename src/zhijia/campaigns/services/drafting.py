"""What was typed into a return waits on the server until it is sent: nothing is judged, nothing counts, nobody else is
told. Whoever may send it goes on with it; an employer's own draft is not the union's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.campaigns.models import Draft, Piece
from zhijia.campaigns.services import answering, giving, promises
from zhijia.catalogue.campaign_rules import Thing
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal

WHY = "why_corrected"
"""Beside the questions: why a return that was sent is corrected."""
MOST = 5_000
"""So many characters of what stands in one field are kept."""
NEWER = _(
    "A newer draft of this return was kept after you opened it, by a colleague or by you on another page. What you "
    "typed stands below and is not kept: keep it again and it takes the place of the newer draft."
)


def of(actor: Actor, piece: Piece, thing: Thing) -> Draft | None:
    """The draft the actor goes on with."""
    return theirs(actor, piece, thing).first()


def keep(
    *, actor: Actor, at: datetime, piece_id: int, typed: Mapping[str, Any], turn: int = 0, page: str = ""
) -> Draft:
    """Keep what was typed, right or wrong; what no question asks is not looked at. `turn` is that of the draft the
    `page` was drawn with: whoever types quickly sends the same turn twice from one page. Raises Refusal where another
    was kept meanwhile on another page (`draft_newer`), and where it cannot be sent any more."""
    piece, _drive, thing, actor = giving.held(actor, piece_id, "return")
    names = {question.name for question in thing.typed} | {WHY}
    own = answering.is_its_employer(actor, piece, thing)
    row = theirs(actor, piece, thing).first() or Draft(piece=piece, by_employer=own, turn=0)
    if row.pk is not None and row.turn != turn and (not page or row.page != page):
        raise Refusal("draft_newer", NEWER)
    row.typed = {name: _short(value) for name, value in typed.items() if name in names}
    row.turn, row.page, row.kept_at, row.kept_by = row.turn + 1, page, at, actor.user_id
    with promises.kept():
        row.save()
    return row


def throw_away(*, actor: Actor, piece_id: int) -> None:
    """The draft the actor goes on with is gone. Raises as `keep` does."""
    piece, _drive, thing, actor = giving.held(actor, piece_id, "return")
    theirs(actor, piece, thing).delete()


def theirs(actor: Actor, piece: Piece, thing: Thing) -> QuerySet[Draft]:
    """The draft of this piece that is the actor's: the employer's own, or the union's."""
    return Draft.objects.filter(piece=piece, by_employer=answering.is_its_employer(actor, piece, thing))


def _short(value: Any) -> Any:
    """What stands in a field, within bounds and without what the database cannot keep."""
    if isinstance(value, list):
        return [_short(one) for one in value[:100]]
    return str(value).replace("\x00", "")[:MOST]
