"""What is wrong with a voucher, by the rules in force where and when it is paid, and the sentences for it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhijia.catalogue import definitions
from zhijia.catalogue.spending_kinds import Spending
from zhijia.kernel.errors import Refusal
from zhijia.ledger import spending_rules
from zhijia.ledger.queries import allowances, kin, rosters
from zhijia.ledger.spending_models import Voucher
from zhijia.ledger.spending_rules import Found, Got, Limits, Planned
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money

SENTENCES: dict[str, Promise] = {
    "not_allowed_here": _(
        "No limit is set for this at your place, so it may not be paid. Ask the federation above whether there is one."
    ),
    "cap_exceeded": _(
        "%(people)d on the roster would get more this year than the limit allows, %(by)s yuan too much in all."
        " Give less, or take them off the roster."
    ),
    "occasion_exceeded": _(
        "%(people)d on the roster would get more for this holiday than the limit allows, %(by)s yuan too much in all."
        " Give less, or take them off the roster."
    ),
    "each_exceeded": _(
        "%(people)d on the roster would get more than one person may, %(by)s yuan too much in all."
    ),
    "way_not_allowed": _(
        "This may not be given in that way. Choose goods or what the rules name; never cash or shopping cards."
    ),
    "not_a_member": ngettext_lazy(
        "%(people)d on the roster is no member of this union any more. Take them off the roster.",
        "%(people)d on the roster are no members of this union any more. Take them off the roster.",
        "people",
    ),
    "too_many_winners": ngettext_lazy(
        "%(people)d prize too many for how many took part. Give fewer.",
        "%(people)d prizes too many for how many took part. Give fewer.",
        "people",
    ),
    "beyond_dues": _(
        "Outings and films are paid from member dues. This is %(by)s yuan more than dues and the shortfall allow."
    ),
    "not_decided": _("From this amount on it is decided together. Name the minutes."),
    "no_attachment": _("Put the invoice or the signed roster with it first."),
    "nobody_named": _("Say who gets it: the roster is empty."),
    "kin": _("The payee is named among relatives of officers. Whoever checks it looks twice."),
    "sign": _("Words or the way point to one of the eight prohibitions. Whoever checks it looks twice."),
}
"""What each finding says to people, by its code."""


def of(voucher: Voucher, union: Union) -> list[Found]:
    """Everything that is wrong with it or wants a second look, as things stand now."""
    spending = spending_of(voucher.category)
    limits = allowances.limits(spending, union, voucher.day, voucher.occasion)
    lines = list(voucher.lines.values_list("person_id", "amount"))
    people = [person for person, _amount in lines]
    members = rosters.still_members(union.pk, people)
    before = allowances.given_to(union, people, voucher.category, voucher.year)
    here = _on_occasion(union, people, voucher.category, voucher.year, voucher.occasion)
    planned = Planned(
        amount=voucher.amount,
        way=voucher.way,
        got=[
            Got(person, amount, before.get(person, 0), person in members, here.get(person, 0))
            for person, amount in lines
        ],
        participants=voucher.participants,
        decided=bool(voucher.decided),
        papers=voucher.files.count(),
        dues=allowances.dues(union, voucher.day) if spending.from_dues else None,
    )
    found = spending_rules.found(planned, limits)
    found += spending_rules.pointing(f"{voucher.title} {voucher.payee}", voucher.way, _signs())
    if voucher.payee and kin.naming(union.pk, [voucher.payee], voucher.day):
        found.append(Found("kin", stops=False))
    return found


def of_goods(
    union: Union, *, category: str, occasion: str, day: date, got: Sequence[tuple[UUID, int]]
) -> tuple[list[Found], Limits]:
    """What is wrong with handing goods to these members, worth so much each (fen), and the limits it was asked by."""
    spending = spending_of(category)
    limits = allowances.limits(spending, union, day, occasion)
    people = [person for person, _fen in got]
    members = rosters.still_members(union.pk, people)
    before = allowances.given_to(union, people, category, year_of(day))
    here = _on_occasion(union, people, category, year_of(day), occasion)
    planned = Planned(
        amount=sum(fen for _person, fen in got),
        way="goods",
        got=[
            Got(person, fen, before.get(person, 0), person in members, here.get(person, 0))
            for person, fen in got
        ],
        participants=None,
        decided=True,
        papers=0,
    )
    return spending_rules.beyond_caps(planned, limits), limits


def _on_occasion(
    union: Union, people: Sequence[UUID], category: str, year: int, occasion: str
) -> dict[UUID, int]:
    return allowances.given_to(union, people, category, year, occasion) if occasion else {}


def require_sound(found: Sequence[Found]) -> None:
    """Raises Refusal with a sentence for the first thing that stops it; nothing where none does."""
    stopping = [one for one in found if one.stops]
    if stopping:
        first = stopping[0]
        raise Refusal(
            first.code,
            sentence(first),
            by=first.by,
            people=first.people,
            codes=[one.code for one in stopping],
        )


def sentence(found: Found) -> Promise | str:
    """What it says to people."""
    text = SENTENCES[found.code]
    return text % {"by": money(found.by), "people": found.people} if found.by or found.people else text


def spending_of(category: str) -> Spending:
    """What may be spent on, by its code. Raises Refusal for one nobody defined."""
    spending = definitions.load().spendings.get(category)
    if spending is None:
        raise Refusal("no_such_spending", _("Choose what it is spent on from the list."))
    return spending


def year_of(day: date) -> int:
    """The year whose caps a day counts against."""
    return day.year


def _signs() -> dict[str, tuple[list[str], list[str]]]:
    signs: dict[str, tuple[list[str], list[str]]] = {}
    for sign in definitions.load().signs.values():
        words, ways = signs.setdefault(sign.prohibition, ([], []))
        words.extend(sign.words)
        ways.extend(sign.ways)
    return signs
