"""The icons: Tabler outline (MIT), only those named here, one stroke width; `gather.py` copies them in."""

import re
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "data" / "icons.svg"
STROKE = "1.75"
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)">(.*?)</symbol>', re.DOTALL)


@cache
def shapes() -> dict[str, str]:
    """Each icon's inner SVG by name, as committed."""
    return dict(_SYMBOL.findall(SPRITE.read_text(encoding="utf-8")))


def draw(name: str, label: str = "") -> str:
    """One inline SVG of 24 units; hidden from screen readers unless it carries a label of its own.

    The label must already be safe for an attribute. Raises KeyError when the icon was never gathered.
    """
    spoken = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        f'stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round" focusable="false" {spoken}>'
        f"{shapes()[name]}</svg>"
    )
