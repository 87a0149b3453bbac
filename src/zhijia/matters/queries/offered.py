"""Which matters somebody may ask for, in the order of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.catalogue import codes, definitions
from zhijia.catalogue.matter_items import together
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.matters.forms import OFFERED
from zhijia.matters.services import versions


@dataclass(frozen=True, slots=True)
class Group:
    """Matters about the same thing."""

    label: str
    matters: Sequence[Matter]


def groups(actor: Actor, *, words: str = "") -> list[Group]:
    """What this person may ask for, by what it is about; `words` keeps those that speak of it."""
    found = [matter for matter in _open_to(actor) if _speaks_of(matter, words)]
    return [
        Group(codes.label("matter_groups", group), chosen)
        for group in definitions.load().codes["matter_groups"].by_code
        if (chosen := [matter for matter in found if matter.group == group])
    ]


def find(actor: Actor, code: str) -> Matter | None:
    """The matter of this code, when this person may ask for it."""
    return next((matter for matter in _open_to(actor) if matter.code == code), None)


def at_desk() -> list[Matter]:
    """What an officer may ask for at a desk for a member."""
    return sorted(
        {
            matter.code: matter
            for who in ("member", "officer_for_member")
            for matter in _for(who)
            if matter.begins == "own"
        }.values(),
        key=lambda matter: str(matter.label),
    )


def for_union() -> list[Matter]:
    """What an officer may ask for in the name of their union."""
    return _for("union")


def for_enterprise() -> list[Matter]:
    """What somebody who acts for an employer may ask for in its name."""
    return _for("enterprise")


def _open_to(actor: Actor) -> list[Matter]:
    return _for("member" if actor.person_id else "non_member")


def _for(who: str) -> list[Matter]:
    known = versions.all_in_force(day=days.business_day(days.now()))
    return sorted(
        (
            together(matter, known) if matter.items else matter
            for matter in known.values()
            if matter.listed and who in matter.who and {question.type for question in matter.form} <= OFFERED
        ),
        key=lambda matter: matter.code,
    )


def _speaks_of(matter: Matter, words: str) -> bool:
    said = (matter.label.zh, matter.label.en, matter.guidance.zh, matter.guidance.en, *matter.also_called)
    text = " ".join(said).casefold()
    return all(word in text for word in words.casefold().split())
