"""One's own draft changed part by part: its text is read, one place of it changed, and the whole kept again."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import Kind
from zhijia.catalogue import written
from zhijia.catalogue.filling import shapes, tree
from zhijia.catalogue.filling.tree import Place
from zhijia.catalogue.versions import Version
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal

Move = Literal["up", "down", "remove", "copy"]


def digest_of(text: str) -> str:
    """What tells one state of a draft from the next."""
    return sha256(text.encode()).hexdigest()[:20]


def content_of(kind: Kind, text: str) -> dict[str, Any] | None:
    """What the text says, as forms can show it; none where it has to be put right as a text."""
    content, _wrong = written.tree_of(text)
    return content if content is not None and shapes.fits(kind.definition, content) else None


def put(
    *,
    actor: Actor,
    at: datetime,
    kind: Kind,
    version_id: int,
    place: Place,
    part: Mapping[str, Any],
    made_from: str,
) -> None:
    """Let the part at a place say this. Raises LookupError where none can stand, Refusal where the draft was changed
    since the form was made (`made_from`)."""
    version, content = _read(actor, kind, version_id)
    shapes.model_at(kind.definition, place)
    _keep(actor, at, kind, version, written.dumped(tree.put(content, place, dict(part))), made_from)


def put_text(
    *, actor: Actor, at: datetime, kind: Kind, version_id: int, text: str, made_from: str
) -> Version:
    """Let the whole draft say this, whether it is right or not. Raises Refusal where it was changed since the form was
    made (`made_from`)."""
    version = designing.find(actor, kind, version_id)
    return _keep(actor, at, kind, version, text, made_from)


def add(
    *,
    actor: Actor,
    at: datetime,
    kind: Kind,
    version_id: int,
    place: Place,
    part: Mapping[str, Any],
    made_from: str,
) -> Place:
    """Put another part at the end of the list at a place, under a name nobody has; its place. Raises as `put` does."""
    version, content = _read(actor, kind, version_id)
    changed, added = tree.add(content, place, _named(kind, content, place, part))
    _keep(actor, at, kind, version, written.dumped(changed), made_from)
    return added


def arrange(
    *, actor: Actor, at: datetime, kind: Kind, version_id: int, place: Place, move: Move, made_from: str
) -> Place:
    """Move a part of a list up or down, take it out, or put one like it behind it; where to look then. Raises as `put`
    does."""
    version, content = _read(actor, kind, version_id)
    if move == "remove":
        changed, then = tree.remove(content, place), place[:-1]
    elif move == "copy":
        part = {key: value for key, value in tree.get(content, place).items() if key not in tree.NAMES}
        part = _named(kind, content, place[:-1], part, like=tree.name_of(tree.get(content, place)))
        changed, then = tree.add(content, place[:-1], part, at=_number(place) + 1)
    else:
        changed, then = tree.move(content, place, -1 if move == "up" else 1), place[:-1]
    _keep(actor, at, kind, version, written.dumped(changed), made_from)
    return then


def _number(place: Place) -> int:
    if not place or not isinstance(place[-1], int):
        raise LookupError(tree.text_of(place))
    return place[-1]


def _named(
    kind: Kind, content: Mapping[str, Any], place: Place, part: Mapping[str, Any], *, like: str = ""
) -> dict[str, Any]:
    """The part under a name nobody else in such a list has, where its model has names."""
    key = shapes.list_at(kind.definition, place)
    assert key.model is not None
    name = next((one.name for one in shapes.keys_of(key.model) if one.is_name), "")
    if not name:
        return dict(part)
    label = part.get("label")
    words = like or (str(label.get("en", "")) if isinstance(label, Mapping) else "")
    return {name: tree.fresh_name(tree.names_along(content, place), words, str(place[-1])), **part}


def _read(actor: Actor, kind: Kind, version_id: int) -> tuple[Version, dict[str, Any]]:
    version = designing.find(actor, kind, version_id)
    content = content_of(kind, version.text)
    if content is None:
        raise Refusal("not_in_forms", _("Put the text right first: forms cannot show it as it is."))
    return version, content


def _keep(actor: Actor, at: datetime, kind: Kind, version: Version, text: str, made_from: str) -> Version:
    if made_from != digest_of(version.text):
        raise Refusal(
            "changed_meanwhile",
            _(
                "This was changed in another window meanwhile. Open it again, and fill in what you typed here."
            ),
        )
    return designing.keep(
        actor=actor, at=at, kind=kind, version_id=version.pk, text=text, instead_of=version.text
    )
