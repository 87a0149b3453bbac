"""Allowances of part-time chairs (工会主席履职补贴): what comes of a list the county agreed to. Each chair is paid
once for the same months, whichever list names them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.catalogue import parameters
from zhijia.dues.services.letters import LANGUAGE
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services.posting import Source
from zhijia.matters.models import Case
from zhijia.matters.services import grounds, listed
from zhijia.payments.models import Payment
from zhijia.payments.services import paying
from zhijia.payments.services.outcomes import payer
from zhijia.payments.services.payees import Payee
from zhijia.registry import tree
from zhijia.registry.models import Person, Post, Union
from zhijia.ui.templatetags.ui import money

SOURCE, PURPOSE = "chair_allowance", "allowance"
LOWEST = Union.Level.TOWNSHIP
"""Unions of this level and below have part-time chairs."""


def can_allow(*, at: datetime, case: Case, given: Mapping[str, str]) -> None:
    """Whether each line names a part-time chair under the union that asks, for months that are over, within what the
    place allows (`matters.ready.dues.allowance`). Raises Refusal."""
    union = Union.objects.get(pk=case.asking_union_id or case.union_id)
    year, ends = _period(case, given)
    today = days.business_day(at)
    many = int(parameters.value("dues.allowance_every", division=union.division, day=today))
    if ends % many:
        raise Refusal(
            "months_do_not_fit",
            _("Allowances are paid for %(many)s months at a time. Choose another last month.")
            % {"many": many},
        )
    if year * 100 + ends >= days.month_of(today):
        raise Refusal("months_to_come", _("These months are not over yet."))
    lines = list(case.lines.order_by("number"))
    most = many * int(parameters.value("dues.allowance_most", division=union.division, day=today))
    chairs = _chairs(union, [line.person_id for line in lines if line.person_id])
    for line in lines:
        if line.person_id not in chairs:
            raise Refusal(
                "not_this_chair",
                _("%(name)s is no part-time chair of your union or one under it.")
                % {"name": line.shown_name},
            )
        if (line.asked or 0) > most:
            raise Refusal(
                "above_allowance",
                _("%(name)s: at most %(most)s yuan are allowed for these months.")
                % {"name": line.shown_name, "most": money(most)},
            )


def allow(*, actor: Actor, at: datetime, case: Case, given: Mapping[str, str]) -> list[Payment]:
    """The outcome `dues.allowance`: a payment for each line that was granted, once for the person and the months; one
    that was stopped is none. Raises Refusal where another list had them paid meanwhile."""
    year, ends = _period(case, given)
    lines = [
        (line.person_id, line.granted)
        for line in listed.granted(case)
        if line.granted and line.person_id is not None
    ]
    keys = [_key(person_id, year) for person_id, _fen in lines]
    had = Payment.objects.filter(source=SOURCE, source_id__in=keys, instalment=ends)
    stopped = Counter(had.filter(state=Payment.State.STOPPED).values_list("source_id", flat=True))
    if (other := had.exclude(state=Payment.State.STOPPED).exclude(case_id=case.pk).first()) is not None:
        raise Refusal(
            "paid_meanwhile",
            _("%(name)s has been paid for these months already.") % {"name": other.payee_name},
        )
    union = payer(case, given["payer"])
    names = dict(
        Person.objects.filter(pk__in=[person_id for person_id, _fen in lines]).values_list("pk", "name")
    )
    with override(LANGUAGE):
        title = str(_("Chair's allowance until %(month)s") % {"month": f"{year}-{ends:02d}"})
    return [
        paying.ordered(
            actor=actor,
            at=at,
            union=union,
            source=Source(SOURCE, key, f"{PURPOSE}-{stopped[key]}" if stopped[key] else PURPOSE),
            instalment=ends,
            payee=Payee(names[person_id]),
            amount=fen,
            fund=given["fund"],
            spent_on=given["spent_on"],
            title=title,
            person_id=person_id,
            case_id=case.pk,
        )
        for key, (person_id, fen) in zip(keys, lines, strict=True)
    ]


def _period(case: Case, given: Mapping[str, str]) -> tuple[int, int]:
    """The year, and the last month."""
    said = grounds.values_of(case)
    return int(said[given["year"]]), int(str(said[given["ends"]]).removeprefix("m"))


def _key(person_id: UUID, year: int) -> str:
    return f"{person_id}-{year}"


def _chairs(union: Union, people: list[UUID]) -> set[UUID]:
    """Which of these are part-time chairs now, of the union or of one under it that is of a township or below."""
    unions = tree.under(union.pk).filter(level__gte=LOWEST)
    found = Post.objects.filter(
        person_id__in=people,
        union_id__in=unions.values("pk"),
        kind=Post.Kind.CHAIR,
        full_time=False,
        ended_on__isnull=True,
    )
    return set(found.values_list("person_id", flat=True))
