"""Two registrations of one person become one, and no drive gives them a thing twice; an undo gives each their own."""

from datetime import timedelta
from typing import Any

import pytest

from zhijia.campaigns import verify
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import giving, ordering, withdrawing
from zhijia.campaigns.tests.world import Season, days_on, define
from zhijia.kernel import context
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Payment
from zhijia.registry.models import Person
from zhijia.registry.services.identities import deciding
from zhijia.registry.tests.identities.conftest import kept as kept
from zhijia.registry.tests.identities.twice import LATER, find, merge, person_of, rows
from zhijia.registry.tests.world import World

THING = {"label": {"en": "Thing", "zh": "事项"}}
SUM = {**THING, "code": "sum", "gives": "money", "amount": "campaigns.season_months"}
VISIT = {"label": {"en": "Visit", "zh": "走访"}, "code": "visit", "gives": "task"}


@pytest.fixture
def made(kept: World) -> Season:
    define("own_relief", who={"text": 'person.gig_group == "03"'}, measures=[], each=[SUM, VISIT])
    return Season(kept, None, None)  # type: ignore[arg-type]


def drive_of(made: Season, *names: str) -> Drive:
    """A drive of the province with these on its roster."""
    outdoors(made, *names)
    return made.drive("own_relief", by="province", targets={}, budget=100)


def outdoors(made: Season, *names: str) -> None:
    with whole():
        people = [person_of(made.world, name) for name in names]
        Person.objects.using("bulk").filter(pk__in=people).update(gig_group="03")


def pay(made: Season, drive: Drive) -> int:
    return made.do("province", ordering.order_money, drive_id=drive.pk, code="sum")


def undo(made: Season, merge_id: Any) -> None:
    with context.acting(made.world.actors["city"]) as city:
        deciding.undo(actor=city, at=LATER + timedelta(hours=1), merge_id=merge_id, reason="two brothers")


def got(made: Season, name: str, thing: str = "sum") -> list[str]:
    """How the things of this one stand, as long as their place is held."""
    with whole():
        on = Entry.objects.using("bulk").filter(person_id=person_of(made.world, name), left_on=None)
        return list(
            Piece.objects.using("bulk").filter(entry__in=on, thing=thing).values_list("state", flat=True)
        )


def paid() -> int:
    with whole():
        return Payment.objects.using("bulk").count()


def test_who_was_paid_under_the_registration_that_goes_is_not_paid_under_the_other(made: Season) -> None:
    drive = drive_of(made, "again")
    assert pay(made, drive) == 1
    find()
    done = merge(made.world)
    outdoors(made, "ding")

    made.fill(drive, days_on(1))

    assert got(made, "ding") == ["done"]
    assert got(made, "again") == []
    assert (pay(made, drive), paid()) == (0, 1)
    assert not verify.what_was_given_is_the_facts().differences
    undo(made, done.pk)
    assert (got(made, "again"), got(made, "ding")) == (["done"], [])


def test_of_two_places_on_one_roster_one_is_held_with_what_either_got(made: Season) -> None:
    drive = drive_of(made, "again", "ding")
    by_person = {piece.person_id: piece for piece in made.pieces(drive, "visit", "province")}
    made.do("mill", giving.mark, piece_id=by_person[person_of(made.world, "again")].pk, note="到家看望")
    before = rows("campaigns_piece"), rows("campaigns_entry")
    find()
    done = merge(made.world)

    assert (got(made, "ding", "visit"), got(made, "again", "visit")) == (["done"], [])
    undo(made, done.pk)
    assert (rows("campaigns_piece"), rows("campaigns_entry")) == before
    with context.acting(made.world.actors["city"]) as city:
        deciding.merge(
            actor=city,
            at=LATER + timedelta(hours=2),
            pair_id=done.pair_id,
            stays=person_of(made.world, "ding"),
            reason="one after all",
        )

    made.fill(drive, days_on(1))

    assert (got(made, "ding", "visit"), got(made, "again", "visit")) == (["done"], [])
    assert (pay(made, drive), paid()) == (1, 1)
    assert not verify.what_was_given_is_the_facts().differences
    made.fill(drive, days_on(2))
    assert (pay(made, drive), paid()) == (0, 1)


def test_a_merge_after_which_a_place_was_paid_is_not_undone(made: Season) -> None:
    drive = drive_of(made, "again")
    find()
    done = merge(made.world)
    outdoors(made, "ding")
    made.fill(drive, days_on(1))
    made.do("province", ordering.order_money, drive_id=drive.pk, code="sum", at=LATER + timedelta(minutes=5))

    with pytest.raises(Refusal) as refused:
        undo(made, done.pk)

    assert refused.value.code == "merge_given"


def test_nobody_but_a_merge_says_whose_what_was_given_is(made: Season) -> None:
    drive = drive_of(made, "again", "ding")
    assert pay(made, drive) == 2
    piece = made.pieces(drive, "sum", "province")[0]

    for asked in (
        "UPDATE campaigns_piece SET person_id = NULL",
        "UPDATE campaigns_piece SET thing = 'other'",
    ):
        with pytest.raises(Exception, match="what was given stands"), whole() as cursor:
            cursor.execute(f"{asked} WHERE id = %s", [piece.pk])


def test_who_was_ordered_money_under_both_registrations_is_paid_once(made: Season) -> None:
    drive = drive_of(made, "ding", "again")
    assert pay(made, drive) == 2
    find()
    merge(made.world)

    assert withdrawing.stop(at=days_on(1)) == 1
    assert withdrawing.follow(at=days_on(1)) == 1

    with whole():
        left = Entry.objects.using("bulk").get(drive=drive, left_on__isnull=False)
        states = sorted(Payment.objects.using("bulk").values_list("state", flat=True))
    assert (left.left_why, states) == ("twice", ["stopped", "waiting"])
    assert pay(made, drive) == 0
    assert not verify.what_was_given_is_the_facts().differences
