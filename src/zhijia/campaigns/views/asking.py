"""What the pages of drives share: a drive as a union sees it, or 404."""

from dataclasses import dataclass
from datetime import date

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.queries import drives
from zhijia.campaigns.queries.places import After
from zhijia.campaigns.services.opening import VIEW
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing, union_or_404

KINDS = {"draft": "idle", "open": "moving", "closed": "done", "stopped": "stopped"}
"""How a drive's state is shown."""


@dataclass(frozen=True, slots=True)
class Here:
    """A drive, what it is, and the union one looks at it from."""

    drive: Drive
    campaign: Campaign
    union: Union

    @property
    def kind(self) -> str:
        """How its state is shown."""
        return KINDS[self.drive.state]

    @property
    def is_own(self) -> bool:
        """Whether the union runs it."""
        return self.drive.union_id == self.union.pk


def here_or_404(request: Asked, code: str, number: int) -> Here:
    """The drive as the union sees it; a stranger finds nothing."""
    union = union_or_404(request, code, VIEW)
    drive = drives.find(union, number)
    if drive is None:
        nothing()
    return Here(drive, versions.of(drive), union)


def piece_or_404(request: Asked, number: int) -> Piece:
    """A piece the actor may see, with its entry."""
    piece = Piece.objects.select_related("entry").filter(pk=number).first()
    if piece is None:
        nothing()
    return piece


def behind(text: str) -> After | None:
    """What stands in the address of the next page of what is due: the day and the number of the last one shown."""
    day, _sign, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def follows(after: After | None) -> str:
    """What stands in the address of the page behind this one; nothing where there is none."""
    return f"{after[0].isoformat()}.{after[1]}" if after else ""


def rows_of_a_page() -> int:
    """How many rows stand on a page."""
    return int(parameters.value("pages.rows", day=days.business_day(days.now())))
