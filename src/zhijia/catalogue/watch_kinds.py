"""What a definition says of a watch: a standing rule over what the register holds that raises a clue with an owner and
a day, and never decides (ADR 0016)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from zhijia.catalogue.kinds import Code, Definition, Part, Words
from zhijia.catalogue.text import Text

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library

Seat = Literal["own", "above", "county"]


class Owner(Part):
    """In whose work list a clue stands: whoever holds the permission at the union itself, at one above it, or from the
    county level on; where nobody does, whoever holds it at the next union above."""

    permission: str
    seat: Seat


class Watch(Definition):
    """While the rule `rule` holds for somebody or something, one clue stands, once for each cause. `guidance` says to
    its owner what to do. `due` and `expires` name the parameters with the days until it is due and until it ends
    unasked; `again` the days after which what was answered or expired is raised again while it still holds (never,
    where it is left out). `cause` is an expression over the same subject: a clue for each of its values (the end of a
    term, say); without it, for each time the rule begins to hold."""

    rule: Code
    guidance: Text
    owner: Owner
    due: Words
    expires: Words
    again: str = ""
    cause: str = ""


def watch_problems(library: "Library") -> Iterator[str]:
    """What is wrong with the watches of this library, one sentence each. What the rule language says of rule and cause
    the room `watches` asks."""
    permissions = set(library.codes["permissions"].by_code) if "permissions" in library.codes else set()
    granted = {permission for role in library.roles.values() for permission in role.permissions}
    for watch in library.watches.values():
        here = f"watches/{watch.code}.yaml"
        if watch.rule not in library.rules:
            yield f"{here}: rule: there is no rule {watch.rule}."
        if watch.owner.permission not in permissions:
            yield f"{here}: owner: {watch.owner.permission} is not a declared permission."
        elif watch.owner.permission not in granted:
            yield f"{here}: owner: no role holds {watch.owner.permission}, so nobody would see the clue."
        for key, named in (("due", watch.due), ("expires", watch.expires), ("again", watch.again)):
            parameter = library.parameters.get(named)
            if named and (parameter is None or parameter.type != "whole"):
                yield f"{here}: {key}: there is no parameter {named} with a whole number."
