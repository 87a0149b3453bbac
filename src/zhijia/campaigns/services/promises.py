"""What the promises of the database about drives say to people, by their names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import promises

BROKEN: dict[str, Promise] = {
    "drive_spends_within_its_budget": _("This would spend more than the budget of the drive."),
    "drive_closes_after_it_opens": _("It ends on the day it begins, or later."),
    "drive_stands_once_it_is_open": _("Once a drive is open its days, its budget and its definition stand."),
    "shares_add_up": _("What is shared out has to add up to your own target, no more and no less."),
    "share_of_a_union_once": _("This union has its target already."),
    "each_gets_a_thing_once": _("This was given already: each on the roster gets it once."),
    "given_while_the_drive_is_open": _(
        "This drive is not open: nothing can be given or sent in it now."
    ),
    "what_was_given_stands": _("This was given already and stays."),
    "return_only_grows": _("Somebody sent this return meanwhile. Look at what was sent, then correct it."),
    "answer_version_once": _("Somebody sent this return meanwhile. Look at what was sent, then correct it."),
}  # fmt: skip


@contextmanager
def kept() -> Iterator[None]:
    """All of it or nothing, also what is looked at only at the end of the transaction."""
    with promises.kept(BROKEN), connection.cursor() as cursor:
        yield
        cursor.execute("SET CONSTRAINTS campaigns_shares_add_up IMMEDIATE")
        cursor.execute("SET CONSTRAINTS campaigns_shares_add_up DEFERRED")
