"""Whose a limit of spending is, in words: the place, the day it began and the document, where one is named."""

import re
from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from zhijia.catalogue.kinds import ParameterValue
from zhijia.ui.templatetags.ui import day

register = template.Library()
_DOCUMENT = re.compile(r"[^,;:]*〔\d{4}〕[^,;]*")


@register.filter
def whose(limit: ParameterValue, places: Mapping[str, str]) -> str:
    """The rules of which place (by the names of divisions), since when; the number of the document where the source
    names one. The address of a page that quotes it stays with the definition."""
    place = places.get(limit.division, "")
    if limit.confidence == "D":
        words = _("Our own default, since %(day)s") % {"day": day(limit.since)}
    elif place:
        words = _("Rules of %(place)s, since %(day)s") % {"place": place, "day": day(limit.since)}
    else:
        words = _("Rules of the whole country, since %(day)s") % {"day": day(limit.since)}
    document = _DOCUMENT.search(limit.source)
    return f"{words} · {document[0].strip()}" if document else words
