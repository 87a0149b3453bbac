"""Goods of a drive: handed out under Assets for the drive they name, counted once, counted back when they come back."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction

from zhijia.assets.services import goods, returning
from zhijia.assets.tests import world as stores
from zhijia.campaigns import verify, versions
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.queries import progress
from zhijia.campaigns.services import handing, opening
from zhijia.campaigns.tests.world import TODAY, Season, define
from zhijia.facts.models import Fact
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.ledger.tests.world import DAY
from zhijia.registry.tests.world import AT

EVERY = {"text": 'person.membership.status in ["10", "11"]'}
PACK = {"label": {"en": "Pack", "zh": "礼包"}, "code": "pack", "gives": "goods"}
TITLE = "暖心礼包"


@pytest.fixture
def store(committed: None) -> stores.Store:
    with transaction.atomic():
        made = stores.build()
    define("own_care", who=EVERY, measures=[], each=[PACK])
    return made


def drive_of(store: stores.Store, **more: Any) -> Drive:
    made = Season(store.world, None, None)  # type: ignore[arg-type]
    return made.drive("own_care", by="factory", targets={}, title=TITLE, **{"budget": 10**6} | more)


def lot(store: stores.Store, **more: Any) -> Any:
    with transaction.atomic():
        return store.lot(**more)


def give(store: stores.Store, of: Any, drive: Drive | None, **more: Any) -> Any:
    asked = f"campaign:{drive.pk}:pack" if drive else ""
    with transaction.atomic():
        store.act("factory-treasurer")
        return store.give(of, asked=asked, what_for=TITLE, **more)


def take_back(store: stores.Store, gone: Any, lines: list[int] | None = None) -> None:
    with transaction.atomic():
        returning.take_back(
            actor=store.act("factory-treasurer"), at=AT, issue_id=gone.pk, once=uuid4(),
            back=returning.Back(DAY, "发错了", lines or [line.pk for line in gone.lines.all()]),
        )  # fmt: skip


def states(drive: Drive) -> list[str]:
    with whole():
        return sorted(
            Piece.objects.using("bulk")
            .filter(drive_id=drive.pk, state="done")
            .values_list("state", flat=True)
        )


def spent(drive: Drive) -> int:
    return Drive.objects.get(pk=drive.pk).spent


def whole_and_sound() -> None:
    assert not verify.what_was_given_is_the_facts().differences


def test_goods_count_for_the_drive_they_name_and_for_no_other_of_its_title(store: stores.Store) -> None:
    one, other = drive_of(store), drive_of(store)
    boxes = lot(store)
    give(store, boxes, None)
    assert handing.follow(at=AT) == 0

    give(store, boxes, other)

    assert (handing.follow(at=AT), handing.follow(at=AT)) == (1, 0)
    assert (states(one), states(other)) == ([], ["done"])
    assert (spent(one), spent(other)) == (0, 10_000)
    whole_and_sound()


def test_what_comes_back_is_to_be_given_again_with_budget_progress_and_fact(store: stores.Store) -> None:
    drive, boxes = drive_of(store), lot(store)
    gone = give(store, boxes, drive, who=["丁大勇", "文秀兰"])
    handing.follow(at=AT)
    with acting(store.world.actors["factory-treasurer"]):
        (first,) = gone.lines.filter(person_id=store.world.actors["ding"].person_id).values_list(
            "pk", flat=True
        )

    take_back(store, gone, [first])

    assert (handing.follow(at=AT), handing.follow(at=AT)) == (1, 0)
    assert (len(states(drive)), spent(drive)) == (1, 10_000)
    campaign = versions.of(drive)
    with acting(store.world.actors["factory"]):
        (given,) = progress.given(drive, campaign, store.world.unions["factory"], TODAY)
    assert given.done == 1
    with whole():
        told = Fact.objects.using("bulk").filter(kind="campaign.reached")
        assert sum(told.values_list("quantity", flat=True)) == 1
    whole_and_sound()

    give(store, boxes, drive, who=["丁大勇"])

    assert handing.follow(at=AT) == 1
    assert (len(states(drive)), spent(drive)) == (2, 20_000)
    whole_and_sound()


def test_goods_come_back_also_when_their_drive_was_removed_past_its_term(store: stores.Store) -> None:
    drive, boxes = drive_of(store), lot(store)
    gone = give(store, boxes, drive, who=["丁大勇"])
    handing.follow(at=AT)
    with acting(store.world.actors["factory"]) as officer:
        opening.close(actor=officer, at=AT, drive_id=drive.pk)
    with whole():
        Drive.objects.using("bulk").filter(pk=drive.pk).delete()

    take_back(store, gone)

    with acting(store.world.actors["factory-treasurer"]):
        boxes.refresh_from_db()
    assert boxes.remains == boxes.quantity
    assert handing.follow(at=AT) == 0


def test_what_came_back_before_it_was_counted_never_counts(store: stores.Store) -> None:
    drive, boxes = drive_of(store), lot(store)
    take_back(store, give(store, boxes, drive))

    assert (handing.follow(at=AT), spent(drive)) == (0, 0)
    give(store, boxes, drive)
    assert handing.follow(at=AT) == 1
    whole_and_sound()


def test_nobody_is_handed_it_twice_or_without_a_place_on_the_roster(store: stores.Store) -> None:
    drive, boxes = drive_of(store), lot(store)
    give(store, boxes, drive)
    refused(lambda: give(store, boxes, drive), "not_on_the_roster")
    handing.follow(at=AT)
    refused(lambda: give(store, boxes, drive, who=["文秀兰", "丁大勇"]), "not_on_the_roster")
    with whole():
        Piece.objects.using("bulk").filter(drive_id=drive.pk, state="open").update(state="void")

    refused(lambda: give(store, boxes, drive, who=["文秀兰"]), "not_on_the_roster")

    assert spent(drive) == 10_000


def test_goods_stay_within_the_budget_and_a_drive_that_is_over_asks_for_none(store: stores.Store) -> None:
    boxes = lot(store)
    drive = drive_of(store, budget=15_000)
    refused(lambda: give(store, boxes, drive, who=["丁大勇", "文秀兰"]), "drive_spends_within_its_budget")
    gone = give(store, boxes, drive)
    refused(lambda: give(store, boxes, drive, who=[], to_union="x", quantity=1), "goods_to_people")
    handing.follow(at=AT)
    with acting(store.world.actors["factory"]):
        Drive.objects.filter(pk=drive.pk).update(state="closed", closed_by=1, closed_at=AT)

    refused(lambda: give(store, boxes, drive, who=["文秀兰"]), "not_asked_for")
    take_back(store, gone)

    assert (handing.follow(at=AT), states(drive), spent(drive)) == (0, ["done"], 0)
    whole_and_sound()


def test_goods_of_another_fund_spend_nothing_of_the_drives_budget(store: stores.Store) -> None:
    drive = drive_of(store, budget=0)
    given = lot(store, came="donated", donor="爱心企业", purpose=TITLE, fund="donation", paid_from=None)

    give(store, given, drive, category="", occasion="")

    assert (handing.follow(at=AT), spent(drive)) == (1, 0)
    whole_and_sound()


def test_another_union_hands_nothing_out_for_it(store: stores.Store) -> None:
    drive = drive_of(store)
    with acting(store.world.actors["mill-treasurer"]):
        keys = [one.key for one in handing.asked_for(union=store.world.unions["mill"], day=DAY)]
    with acting(store.world.actors["factory-treasurer"]):
        assert len(handing.asked_for(union=store.world.unions["factory"], day=DAY)) == 1

    assert f"campaign:{drive.pk}:pack" not in keys


def test_two_who_hand_it_to_one_person_at_once_do_so_once(store: stores.Store) -> None:
    drive, boxes = drive_of(store), lot(store)
    actor, codes = store.world.actors["factory-treasurer"], list[str]()

    def hand() -> None:
        try:
            with acting(actor):
                goods.issue(
                    actor=actor, at=AT, lot_id=boxes.pk, once=uuid4(),
                    out=goods.Out(DAY, "", who=["丁大勇"], category="holiday", occasion="mid_autumn",
                                  asked=f"campaign:{drive.pk}:pack"),
                )  # fmt: skip
                codes.append("")
        except Refusal as refusal:
            codes.append(refusal.code)
        finally:
            connections.close_all()

    hands = [threading.Thread(target=hand) for _hand in "abc"]
    for one in hands:
        one.start()
    for one in hands:
        one.join()

    assert sorted(codes) == ["", "not_on_the_roster", "not_on_the_roster"]
    assert (handing.follow(at=AT), spent(drive)) == (1, 10_000)
    whole_and_sound()


def refused(act: Any, code: str) -> None:
    with pytest.raises(Refusal) as said:
        act()
    assert said.value.code == code
