"""One's own draft changed part by part: its text is read, one place of it changed, and the whole kept again."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import Kind
from zhijia.administration.services.offers import titled
from zhijia.catalogue import written
from zhijia.catalogue.filling import shapes, tree
from zhijia.catalogue.filling.tree import NoPlace, Place
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
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
    """Let the part at a place say this. Raises NoPlace where none can stand, Refusal where the draft was changed
    since the form was made (`made_from`)."""
    version, content = _read(actor, kind, version_id, made_from)
    shapes.model_at(kind.definition, place)
    _keep(actor, at, kind, version, written.dumped(tree.put(content, place, dict(part))))


def put_text(
    *, actor: Actor, at: datetime, kind: Kind, version_id: int, text: str, made_from: str
) -> Version:
    """Let the whole draft say this, whether it is right or not. Raises Refusal where it was changed since the form was
    made (`made_from`)."""
    return _keep(actor, at, kind, _draft(actor, kind, version_id, made_from), text)


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
    version, content = _read(actor, kind, version_id, made_from)
    changed, added = tree.add(content, place, _named(kind, content, place, part))
    _keep(actor, at, kind, version, written.dumped(changed))
    return added


def arrange(
    *, actor: Actor, at: datetime, kind: Kind, version_id: int, place: Place, move: Move, made_from: str
) -> Place:
    """Move a part of a list up or down, take it out, or put one like it behind it; where to look then. A field of the
    list in force that is taken out goes with its values. Raises as `put` does."""
    version, content = _read(actor, kind, version_id, made_from)
    if move == "remove":
        changed, then = tree.remove(content, place), place[:-1]
        if takes_values(kind, content, place, days.business_day(at)):
            changed["dropped"] = [*(changed.get("dropped") or []), tree.name_of(tree.get(content, place))]
    elif move == "copy":
        part = {key: value for key, value in tree.get(content, place).items() if key not in tree.NAMES}
        part = _named(kind, content, place[:-1], part, like=tree.name_of(tree.get(content, place)))
        changed, then = tree.add(content, place[:-1], part, at=_number(place) + 1)
    else:
        changed, then = tree.move(content, place, -1 if move == "up" else 1), place[:-1]
    _keep(actor, at, kind, version, written.dumped(changed))
    return then


def takes_values(kind: Kind, content: Mapping[str, Any], place: Place, day: date) -> bool:
    """Whether rows lose what they say when the part at a place is taken out: a field of the list in force, which no
    other takes over."""
    if kind.name != "registers" or place[:-1] != ("fields",):
        return False
    name = tree.name_of(tree.get(content, place))
    held = kind.in_force(day).get(str(content.get("code", "")))
    return (
        isinstance(held, Register)
        and name in held.by_name
        and name not in (content.get("dropped") or [])
        and all(one.get("was") != name for one in content["fields"])
    )


def called(version: Version) -> str:
    """What a version calls itself, as far as it can be read; else its code."""
    content, _wrong = written.tree_of(version.text)
    return titled(content or {}) or version.code


def _number(place: Place) -> int:
    if not place or not isinstance(place[-1], int):
        raise NoPlace(tree.text_of(place))
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


def _read(actor: Actor, kind: Kind, version_id: int, made_from: str) -> tuple[Version, dict[str, Any]]:
    version = _draft(actor, kind, version_id, made_from)
    content = content_of(kind, version.text)
    if content is None:
        raise Refusal("not_in_forms", _("Put the text right first: forms cannot show it as it is."))
    return version, content


def _draft(actor: Actor, kind: Kind, version_id: int, made_from: str) -> Version:
    """The draft as it is now. Raises Refusal where that is not what the form was made from."""
    version = designing.find(actor, kind, version_id)
    if made_from != digest_of(version.text):
        raise Refusal(
            "changed_meanwhile",
            _(
                "This was changed in another window meanwhile. Open it again, and fill in what you typed here."
            ),
        )
    return version


def _keep(actor: Actor, at: datetime, kind: Kind, version: Version, text: str) -> Version:
    return designing.keep(
        actor=actor, at=at, kind=kind, version_id=version.pk, text=text, instead_of=version.text
    )
