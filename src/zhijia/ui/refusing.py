"""How a refusal is said on a page: on top of the form it came from, or of the page that follows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.utils.functional import Promise

from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked


def say(request: Asked, refusal: Refusal, form: Form | None = None, field: str | None = None) -> None:
    """Say it on the form (at its field), or on the page that follows; what was done is undone. A stranger's
    (NotForYou) is raised."""
    if isinstance(refusal, NotForYou):
        raise refusal
    request.refusal = refusal
    if form is None:
        messages.error(request, str(refusal))
    else:
        form.add_error(field, str(refusal))


def done(request: Asked, act: Callable[[], Any], words: str | Promise = "", form: Form | None = None) -> bool:
    """Do it, and say these words on the page that follows; or say why not, and answer false. Raises NotForYou."""
    try:
        act()
    except Refusal as refusal:
        say(request, refusal, form)
        return False
    if words:
        messages.success(request, str(words))
    return True
