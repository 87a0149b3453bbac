"""What goods go out for, where another room asked for them: named by its key, never by a title. A room above says by
the port `assets.asked_for.<kind>` what of its own asks for goods at a union; it is told by `assets.goes_out.<kind>`
what went out and may refuse it, by `assets.comes_back.<kind>` what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.assets.models import Issue, Return
from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services.posting import Source
from zhijia.registry.models import Union

ASKED_FOR, GOES_OUT, COMES_BACK = "assets.asked_for", "assets.goes_out", "assets.comes_back"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Something that asks for goods: what it is, what the books say they are for (`title`), how it is told from others
    in a list (`label`), and the category of spending it counts as, where it says one."""

    source: Source
    title: str
    label: str
    category: str = ""

    @property
    def key(self) -> str:
        """Its source in one word."""
        return f"{self.source.kind}:{self.source.id}:{self.source.purpose}"


def at(union: Union, day: date) -> list[AskedFor]:
    """All that asks for goods at this union on the day."""
    return [one for some in ports.call_all(ASKED_FOR, union=union, day=day) for one in some]


def found(union: Union, day: date, key: str) -> AskedFor:
    """That of this key. Raises Refusal where nothing of the kind asks for goods there."""
    for one in at(union, day):
        if one.key == key:
            return one
    raise Refusal(
        "not_asked_for",
        _("This drive asks for no goods of your union on that day. Choose again from the list."),
    )


def goes_out(*, actor: Actor, at: datetime, issue: Issue, people: Sequence[UUID]) -> None:
    """Tell whoever asked for it that this went to these people, in the running transaction. Raises their Refusal."""
    if issue.source:
        ports.call(f"{GOES_OUT}.{issue.source}", actor=actor, at=at, issue=issue, people=people)


def comes_back(*, actor: Actor, at: datetime, back: Return) -> None:
    """Tell whoever had asked for it that this came back, in the running transaction."""
    if back.issue.source:
        ports.call(f"{COMES_BACK}.{back.issue.source}", actor=actor, at=at, back=back)
