"""Which rule of sharing holds for which contribution: the first in order whose days, place and condition fit
(DUE-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from zhijia.catalogue.places import padded
from zhijia.catalogue.split_kinds import SplitRule
from zhijia.rules import in_force
from zhijia.rules.checker import check
from zhijia.rules.finding import Place, verdicts
from zhijia.rules.ir import Rule
from zhijia.rules.schema import declared

PURPOSE = "register"
NONE = -1
ASKED_AT_ONCE = 20_000
"""Subjects that one statement asks a condition about."""
_DIVISIONS = {
    "employer": "SELECT id, division FROM registry_employer WHERE id = ANY (%s)",
    "union": "SELECT id, division FROM registry_union WHERE id = ANY (%s)",
}
_BULK = Place(using="bulk")


@dataclass(frozen=True, slots=True)
class Paid:
    """Contributions in columns, a row each: their number and sum (fen), the payer's union and its county, its employer
    (0: none is named), and the day they were paid."""

    ids: NDArray[np.int64]
    amounts: NDArray[np.int64]
    payers: NDArray[np.int64]
    counties: NDArray[np.int64]
    employers: NDArray[np.int64]
    days: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.ids)

    def those(self, which: NDArray[np.bool_]) -> "Paid":
        """Those rows alone."""
        return Paid(
            *(self.ids[which], self.amounts[which], self.payers[which], self.counties[which]),
            self.employers[which],
            self.days[which],
        )


def checked(rule: SplitRule) -> Rule | None:
    """The condition of a rule, typed; none where it has none. Raises RuleRefused."""
    if rule.condition is None:
        return None
    return check(
        rule.condition, schema=declared, subject=rule.subject, purpose=PURPOSE, parameters=in_force.type_of
    )


def chosen(paid: Paid, rules: Sequence[SplitRule], on: date) -> NDArray[np.int64]:
    """The position of the rule that holds for each, NONE where none does. Reads on `bulk`; conditions are asked of the
    register as it is."""
    found = np.full(len(paid), NONE, np.int64)
    if not len(paid) or not rules:
        return found
    places = _places(paid) if any(rule.division for rule in rules) else None
    for position, rule in enumerate(rules):
        open_still = found == NONE
        fits = open_still & (paid.days >= np.datetime64(rule.since))
        if rule.until is not None:
            fits &= paid.days < np.datetime64(rule.until)
        if rule.division and places is not None:
            fits &= np.char.startswith(places, padded(rule.division).rstrip("0"))
        if rule.condition is not None and fits.any():
            fits[fits] = _says_yes(rule, _subjects(rule, paid)[fits], on)
        found[fits] = position
    return found


def _subjects(rule: SplitRule, paid: Paid) -> NDArray[np.int64]:
    return paid.employers if rule.subject == "employer" else paid.payers


def _says_yes(rule: SplitRule, subjects: NDArray[np.int64], on: date) -> NDArray[np.bool_]:
    """For whom the condition says yes; what is not known is no yes. Whoever pays without an employer is not asked."""
    condition = checked(rule)
    assert condition is not None
    keys = np.unique(subjects[subjects != 0])
    yes: list[int] = []
    for start in range(0, len(keys), ASKED_AT_ONCE):
        told = verdicts(condition, keys[start : start + ASKED_AT_ONCE].tolist(), on, place=_BULK)
        yes += [key for key, verdict in told.items() if verdict is True]
    return np.isin(subjects, np.array(yes, np.int64))


def _places(paid: Paid) -> NDArray[np.str_]:
    """The division of each payer: its employer's, else that of its union."""
    of_employer, of_union = _divisions("employer", paid.employers), _divisions("union", paid.payers)
    return np.where(of_employer != "", of_employer, of_union)


def _divisions(kind: str, subjects: NDArray[np.int64]) -> NDArray[np.str_]:
    keys, which = np.unique(subjects, return_inverse=True)
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_DIVISIONS[kind], [keys.tolist()])
        known = dict(cursor.fetchall())
    return np.array([known.get(key, "") for key in keys.tolist()], "U12")[which]
