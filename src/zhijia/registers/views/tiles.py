"""The pictures of a map out of a folder of this machine, cut in squares beforehand."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from zhijia.kernel.requests import Asked


@require_GET
@cache_control(public=True, max_age=86_400)
def tile(_request: Asked, z: int, x: int, y: int) -> HttpResponseBase:
    """One square; nothing (204) where the folder has none: that is no mistake of whoever looks beyond a map."""
    folder: str = settings.MAP_TILES
    path = Path(folder) / str(z) / str(x) / f"{y}.png"
    if not folder.startswith("/") or not path.is_file():
        return HttpResponse(status=204)
    return FileResponse(path.open("rb"), content_type="image/png")
