"""Member cards on A4, ten a sheet, to cut out: name, union, number and a QR that can be checked (MEM-13)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.utils.translation import gettext as _

from zhijia.kernel import documents
from zhijia.kernel.errors import Refusal

TEMPLATE = Path(__file__).with_name("cards.typ")


def write(
    path: Path, cards: Iterable[Mapping[str, Any]], *, about: Sequence[tuple[str, str]], at: datetime
) -> None:
    """The cards (`name`, `union_name`, `card_no`, `qr`) as a PDF; `about` stands under each sheet. Raises Refusal for a
    name that has a character the font lacks: half a name is nobody's card."""
    shown = list(cards)
    lacking = documents.lacking("".join(f"{card['name']}{card['union_name']}" for card in shown))
    if lacking:
        raise Refusal("letters_lacking", _("The font lacks: %(letters)s") % {"letters": " ".join(lacking)})
    values = {
        "title": _("Member card"),
        "number": _("Card number"),
        "about": "  ".join(words for _title, words in about),
        "cards": [{**card, "qr": _drawing(str(card["qr"]))} for card in shown],
    }
    documents.write_pdf(path, template=TEMPLATE, values=values, at=at)


def _drawing(text: str) -> str:
    return str(segno.make(text, error="m").svg_inline(scale=4, border=1))
