"""Sending a text to a phone, through whatever the deployment has. The development adapter keeps it in a
table."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import DemoSms
from zhijia.kernel import days
from zhijia.kernel.codes import is_synthetic_mobile
from zhijia.kernel.errors import Refusal


class Adapter(Protocol):
    """What a gateway has to do. `SMS_ADAPTER` names a class with these two methods."""

    def reaches(self, number: str) -> bool:
        """Whether this adapter may send to the number at all."""

    def send(self, number: str, text: str) -> None:
        """Hand the text to the gateway; raises OSError when it cannot be reached."""


class DevelopmentAdapter:
    """Writes to `accounts_demo_sms`, shown on the demo's page of codes; numbers of real people are
    refused."""

    def reaches(self, number: str) -> bool:
        return is_synthetic_mobile(number)

    def send(self, number: str, text: str) -> None:
        DemoSms.objects.create(phone=number, text=text[:300], sent_at=days.now())


def require_reachable(number: str) -> None:
    """Refuses ("mobile_unreachable") a number the adapter may not send to."""
    if not _adapter().reaches(number):
        raise Refusal(
            "mobile_unreachable",
            _(
                "This installation cannot send messages to this number."
                " A demo only takes the numbers of its own people."
            ),
        )


def send(number: str, text: str) -> None:
    """Send now; raises OSError when the gateway cannot be reached."""
    _adapter().send(number, text)


def _adapter() -> Adapter:
    chosen: Adapter = import_string(settings.SMS_ADAPTER)()
    return chosen
