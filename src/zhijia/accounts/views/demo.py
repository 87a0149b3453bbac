"""Where a demo shows the codes that a phone would show."""

from datetime import datetime
from typing import Any

import pyotp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhijia.accounts.doors import demo_only
from zhijia.accounts.models import DemoSms, User
from zhijia.accounts.services import factors
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting

LATEST = 20


@never_cache
@demo_only
def codes(request: HttpRequest) -> HttpResponse:
    """The latest messages to numbers nobody has, and this moment's second factor of the demo's staff."""
    page = {"texts": DemoSms.objects.order_by("-sent_at")[:LATEST], "factors": _factors(days.now())}
    return render(request, "accounts/demo_codes.html", page)


def _factors(now: datetime) -> list[dict[str, Any]]:
    staff = User.objects.filter(demo=True, staff=True, totp_since__isnull=False).order_by("login")[:LATEST]
    shown = []
    for user in staff:
        with acting(Actor(user.pk, "page", "demo-codes")):
            secret = factors.kept_secret(user)
        if secret:
            shown.append({"login": user.login, "code": pyotp.TOTP(secret).at(now)})
    return shown
