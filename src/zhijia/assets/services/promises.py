"""What the promises of the database about assets and goods say to people, by their names."""

from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import promises

BROKEN: dict[str, Promise] = {
    "lot_never_below_nothing": _("There is not so much of it left. Look at what is there now."),
    "lease_one_at_a_time": _("This is let to somebody already. End that lease first."),
    "count_once_a_year": _("The count of this year is planned already."),
    "count_by_two": _("Whoever counted does not confirm it. Ask a colleague."),
    "goods_come_back_once": _("Some of this has come back already. Look at the list anew."),
    "return_is_of_lines_of_its_issue": _("Choose who gives it back."),
    "card_goes_its_way": _("This asset has left the books already."),
}
kept = partial(promises.kept, BROKEN)
"""All of what is written inside or nothing; what breaks a promise is a refusal with its sentence."""
