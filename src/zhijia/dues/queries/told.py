"""What entries of contributions were for. Row policies hold: what they hide is not answered."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.dues.models import Contribution, Distribution
from zhijia.dues.templatetags.dues import month
from zhijia.kernel.actors import Actor
from zhijia.ledger.queries.sources import Told
from zhijia.ui.templatetags.ui import day


def of_contributions(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By contribution: whose it is, for which months, and its page."""
    found = Contribution.objects.in_bulk({int(number) for number in ids})
    return {
        number: Told(
            _("Contribution of %(payer)s, %(since)s to %(until)s")
            % {"payer": one.payer or one.credit_code, "since": month(one.since), "until": month(one.until)},
            reverse("dues:contribution", args=[one.pk]),
        )
        for number in ids
        if (one := found.get(int(number)))
    }


def of_distributions(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By source (run of sharing and, where there is one, the other union): when it was shared, and the run's page."""
    found = Distribution.objects.in_bulk({_run(number) for number in ids})
    return {
        number: Told(
            _("Contributions shared on %(day)s") % {"day": day(one.day)}, reverse("dues:run", args=[one.pk])
        )
        for number in ids
        if (one := found.get(_run(number)))
    }


def for_enterprise() -> tuple[str, str]:
    """What whoever acts for an employer finds here: its title and address (`matters.for_enterprise.dues`)."""
    return _("Contributions of my enterprise"), reverse("dues:employers")


def _run(number: str) -> int:
    return int(number.partition("-")[0])
