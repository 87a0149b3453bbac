"""Where the pictures of a map come from, as the settings say: nowhere, a folder of this machine, or a map service."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

OWN = "{z}/{x}/{y}.png"


@dataclass(frozen=True, slots=True)
class Source:
    """The layers of a map, the lowest first, as addresses with {z}, {x} and {y}; who made it, and the number under
    which the authorities passed it, as maps shown in China have to say."""

    layers: tuple[str, ...]
    credit: str
    approval: str

    @property
    def as_text(self) -> str:
        """The layers for an attribute: no address holds a space."""
        return " ".join(self.layers)

    @property
    def hosts(self) -> list[str]:
        """The places outside which a page with this map may load pictures from: exactly these."""
        parts = (urlsplit(layer) for layer in self.layers)
        return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})


def source() -> Source | None:
    """The source that is set; none where maps are drawn without one."""
    said: str = settings.MAP_TILES
    if not said:
        return None
    layers = (_own(),) if said.startswith("/") else tuple(said.split())
    return Source(layers, settings.MAP_CREDIT, settings.MAP_APPROVAL)


def allow(response: HttpResponse) -> HttpResponse:
    """The page with the leave to load pictures from the hosts of the source, and from no other."""
    found = source()
    if found is not None and found.hosts:
        response._csp_update = {"img-src": found.hosts}  # type: ignore[attr-defined]
    return response


def _own() -> str:
    return reverse("registers:tile", args=[0, 0, 0]).removesuffix("0/0/0.png") + OWN
