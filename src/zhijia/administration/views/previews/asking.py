"""What the previews of all kinds are handed and answer; the union a definition is seen from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhijia.administration.forms import SeenFromForm
from zhijia.administration.services import designing
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looks at a definition as from a union."""

    request: Asked
    version: Version
    definition: Any
    union: Union
    at: datetime

    @property
    def today(self) -> date:
        """The day it is looked at."""
        return days.business_day(self.at)

    @property
    def posted(self) -> Any:
        """What was made up, none where nothing was."""
        return self.request.POST if self.request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a kind shows, and whether something that was made up cannot be."""

    context: dict[str, Any]
    wrong: bool = False


def place(request: Asked) -> tuple[SeenFromForm, Union]:
    """The union somebody chose to look from among those where they may write definitions, else the first of them."""
    first = access.unions_granted(request.actor, designing.MAY)[0]
    if "tried_at" not in request.GET:
        return SeenFromForm(initial={"tried_at": first.code}, actor=request.actor), first
    form = SeenFromForm(request.GET, actor=request.actor)
    return form, form.cleaned_data["tried_at"] if form.is_valid() else first
