"""Disposing of an asset: decided by a case of the matter, carried out by the union. What was sold leaves the books once
the money has come (ORG-19, AUD-03)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.assets.models import Card, Disposal
from zhijia.assets.services import booking, cards, promises, told
from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union

SOURCE = "asset_disposal"
Given = Mapping[str, str]


def dispose(*, actor: Actor, at: datetime, case: Any, given: Given) -> None:
    """The outcome of the matter: the union may do with the asset what was asked for."""
    card = Card.objects.select_for_update().get(pk=_asked_for(case, given).pk)
    if Disposal.objects.filter(case_id=case.pk).exists():
        return
    with promises.kept():
        Disposal.objects.create(
            card=card, case_id=case.pk, way=_answer(case, given["way"]), decided_at=at,
            union_id=card.union_id, county_id=card.county_id,
        )  # fmt: skip
        card.state = Card.State.DECIDED
        card.save(update_fields=["state"])
    told.of_card(actor, at, "asset.decide_disposal", card)


def can_dispose(*, at: datetime, case: Any, given: Given) -> None:
    """Whether the asset is on the union's register, free, and nothing has been decided about it. Raises Refusal."""
    _asked_for(case, given)


def receive(*, actor: Actor, at: datetime, card_id: int, fen: int, day: date, into: int) -> Disposal:
    """What it was sold for came to the union's account. Twice is once."""
    disposal, card, union, actor = _own(actor, card_id)
    if disposal.income_entry is not None:
        return disposal
    if day > days.business_day(at) or fen <= 0:
        raise Refusal("income_does_not_fit", _("Say how much came in, and on which day up to today."))
    with promises.kept():
        disposal.income_entry = booking.receive(
            actor=actor,
            at=at,
            union=union,
            day=day,
            source=Source(SOURCE, str(disposal.pk), "income"),
            into=booking.money_account(union, into),
            fen=fen,
            note=card.name,
        )
        disposal.income = fen
        disposal.save(update_fields=["income", "income_entry"])
    told.of_card(actor, at, "asset.income", card)
    return disposal


def carry_out(*, actor: Actor, at: datetime, card_id: int, day: date) -> Disposal:
    """The asset leaves the books. Raises Refusal where it was sold and the money has not come. Twice is once."""
    disposal, card, union, actor = _own(actor, card_id)
    if disposal.done_at is not None:
        return disposal
    if disposal.way == Disposal.Way.SELL and disposal.income_entry is None:
        raise Refusal(
            "money_not_there", _("It leaves the books once the money for it has come to the union's account.")
        )
    if day > days.business_day(at) or day < card.got_on:
        raise Refusal("day_does_not_fit", _("It leaves the books on a day since it came, up to today."))
    with promises.kept():
        disposal.entry_id = booking.write_off(
            actor=actor,
            at=at,
            union=union,
            day=day,
            source=Source(SOURCE, str(disposal.pk), "out"),
            fund=card.fund,
            cost=card.cost,
            depreciated=card.depreciated,
            note=card.name,
        )
        disposal.done_at = at
        disposal.save(update_fields=["entry_id", "done_at"])
        card.state, card.ended_on = Card.State.DISPOSED, day
        card.save(update_fields=["state", "ended_on"])
        told.of_card(actor, at, "asset.dispose", card)
        facts.record([told.card_fact("asset.gone", card, day)])
    return disposal


def _asked_for(case: Any, given: Given) -> Card:
    """The card whose label the case names, at the union that asks. Raises Refusal."""
    year, _dash, number = str(_answer(case, given["asset"])).strip().partition("-")
    found = None
    if (
        year.isascii()
        and year.isdigit()
        and number.isascii()
        and number.isdigit()
        and len(year + number) <= 12
    ):
        found = Card.objects.filter(union_id=case.union_id, year=int(year), number=int(number)).first()
    if found is None:
        raise Refusal(
            "no_such_card",
            _(
                "There is no asset with this number on the union's register. It stands on the label, like 2026-0001."
            ),
        )
    if found.state == Card.State.LEASED:
        raise Refusal("lease_one_at_a_time", promises.BROKEN["lease_one_at_a_time"])
    if found.state in {Card.State.DECIDED, Card.State.DISPOSED}:
        raise Refusal("decided_already", _("Its disposal has been decided already."))
    return found


def _answer(case: Any, name: str) -> Any:
    return case.answers.values_list("value", flat=True).get(name=name)


def _own(actor: Actor, card_id: int) -> tuple[Disposal, Card, Union, Actor]:
    card, union, actor = cards.own(actor, card_id)
    disposal = Disposal.objects.select_for_update().filter(card_id=card.pk).first()
    if disposal is None:
        raise NotForYou("no_such_disposal", _("Nothing has been decided about this asset."))
    return disposal, card, union, access.require(actor, cards.MANAGE, union.pk)
