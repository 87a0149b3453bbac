"""The statutory age of retirement in a sentence (MEM-12)."""

from django.template import Library
from django.utils.translation import gettext as _

from zhijia.kernel import days
from zhijia.registry.models import Person
from zhijia.registry.queries import retirement
from zhijia.registry.retirement import Statutory

register = Library()


@register.filter
def retirement_month(person: Person) -> str:
    """For the person: the month, or the two months, and the age."""
    told = [_in_words(hint) for hint in retirement.hints(person, days.business_day(days.now()))]
    if len(told) < 2:
        return "".join(told)
    return _("%(early)s; in a post with the later age %(late)s") % {"early": told[0], "late": told[1]}


@register.filter
def retirement_year(person: Person) -> str:
    """For an officer: the year, or the two years. The month would tell the month of birth."""
    return " / ".join(
        str(hint.month.year) for hint in retirement.hints(person, days.business_day(days.now()))
    )


def _in_words(hint: Statutory) -> str:
    values = {"year": hint.month.year, "month": hint.month.month, "years": hint.years, "months": hint.months}
    if hint.months == 0:
        return _("%(year)s-%(month)02d, at %(years)s years") % values
    return _("%(year)s-%(month)02d, at %(years)s years and %(months)s months") % values
