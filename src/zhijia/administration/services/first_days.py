"""From which day on something may begin to hold: from today, and not further ahead than anybody decides."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal

AHEAD = "definitions.ahead_years"


def require(since: date, *, at: datetime) -> None:
    """Raises Refusal for a first day that has passed, and for one beyond the years (`AHEAD`) after this one."""
    today = days.business_day(at)
    if since < today:
        raise Refusal("since_past", _("The first day lies in the past. Choose today or a later day."))
    if since.year > (last := today.year + parameters.value(AHEAD, day=today)):
        raise Refusal(
            "since_too_far",
            _("The first day lies too far ahead. Choose a day up to the end of %(year)s.") % {"year": last},
        )
