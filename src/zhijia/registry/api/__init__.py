"""The registry for programs: the same queries and services as its pages, with the same rights.

Nothing here shows more than a page does: numbers are masked, a name is masked, and no name, number or phone can
be asked for by an address. Words of the web in, one call, words of the web out.
"""

from ninja import Router

from zhijia.registry.api import figures, people, unions
from zhijia.registry.api.asking import Strict

__all__ = ["Strict", "router"]

router = Router(tags=["registry"])
for part in (unions, people, figures):
    router.add_router("", part.router)
