"""A roster of households: one gets things for each, whichever of them asks, and nobody is given a thing twice."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.assets.tests import world as stores
from zhijia.campaigns import checking, verify
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import handing, ordering
from zhijia.campaigns.tests.test_pages import signed_in
from zhijia.campaigns.tests.world import TODAY, Season, days_on, define
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.versions import content
from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Payment
from zhijia.registers.models import Row
from zhijia.registers.services import bulk, lists
from zhijia.registry.tests.world import AT

HOUSEHOLDS, MEMBERS = "hardship_households", "hardship_members"
WHO = {"list": HOUSEHOLDS, "members": MEMBERS, "states": ["helped"]}
THING = {"label": {"en": "Thing", "zh": "事项"}}
EACH = [
    {**THING, "code": "sum", "gives": "money", "amount": "campaigns.season_months"},
    {"label": {"en": "Pack", "zh": "物资"}, "code": "pack", "gives": "goods"},
]


class Homes(Season):
    """The factory's members, households of theirs, and a drive for them."""

    store: stores.Store

    def put(self, code: str, **values: Any) -> UUID:
        """A row of a list."""
        run, factory = uuid4(), self.world.unions["factory"]
        with self.at_work("factory"):
            lists.ready(code, at=AT)
        with self.at_work("factory") as actor:
            bulk.add_many(actor=actor, at=AT, code=code, union_id=factory.pk, rows=[values], run=run)
        with whole():
            return Row.objects.using("bulk").get(source_id=str(run)).pk

    def household(self, name: str) -> UUID:
        """A household that this one gets things for."""
        return self.put(HOUSEHOLDS, person=str(self.person(name)), people=3, grade="deep", since="2026-01-01")

    def belongs(self, name: str, household: UUID) -> None:
        """Somebody else belongs to it."""
        self.put(MEMBERS, household=str(household), person=str(self.person(name)), relation="spouse")

    def person(self, name: str) -> UUID:
        found = self.world.actors[name].person_id
        assert found is not None
        return found

    def hand(self, drive: Drive, *names: str) -> None:
        """The treasurer hands a pack to each of these."""
        with transaction.atomic():
            self.store.act("factory-treasurer")
            self.store.give(self.store.lot(), who=names, asked=f"campaign:{drive.pk}:pack", what_for="")

    def done(self, drive: Drive, thing: str) -> list[UUID | None]:
        with whole():
            found = Piece.objects.using("bulk").filter(drive_id=drive.pk, thing=thing, state="done")
            return list(found.values_list("entry__row_id", flat=True))


@pytest.fixture
def made(committed: None) -> Homes:
    with transaction.atomic():
        store = stores.build()
    define("own_warmth", like="send_warmth", who=WHO, measures=[], each=EACH, levels=["grassroots"])
    made = Homes(store.world, None, None)  # type: ignore[arg-type]
    made.store = store
    return made


def drive_of(made: Homes) -> Drive:
    return made.drive("own_warmth", by="factory", targets={}, budget=10**6)


def test_goods_are_handed_to_whichever_of_them_comes_and_once_to_all(made: Homes) -> None:
    home, other = made.household("ding"), made.household("lei")
    made.belongs("wen", home)
    drive = drive_of(made)

    made.hand(drive, "文秀兰")

    for again in ("文秀兰", "丁大勇"):
        with pytest.raises(Refusal) as refused:
            made.hand(drive, again)
        assert refused.value.code == "not_on_the_roster"
    assert (handing.follow(at=AT), made.done(drive, "pack")) == (1, [home])
    made.hand(drive, "雷国庆")
    assert (handing.follow(at=AT), set(made.done(drive, "pack"))) == (1, {home, other})
    assert not verify.what_was_given_is_the_facts().differences


def test_two_of_one_household_are_not_handed_it_on_one_roster(made: Homes) -> None:
    made.belongs("wen", made.household("ding"))
    drive = drive_of(made)

    with pytest.raises(Refusal) as refused:
        made.hand(drive, "丁大勇", "文秀兰")

    assert refused.value.code == "not_on_the_roster"


def test_money_goes_once_to_who_gets_things_for_the_household(made: Homes) -> None:
    home = made.household("ding")
    made.belongs("wen", home)
    drive = drive_of(made)

    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 1
    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 0

    with whole():
        assert [one.person_id for one in Payment.objects.using("bulk").all()] == [made.person("ding")]
    assert made.done(drive, "sum") == [home]


def test_who_belongs_to_another_household_gets_nothing_for_one_of_their_own(made: Homes) -> None:
    home = made.household("ding")
    made.household("wen")
    made.belongs("wen", home)

    drive = drive_of(made)

    with whole():
        listed = Entry.objects.using("bulk").filter(drive=drive, left_on=None)
        assert list(listed.values_list("row_id", flat=True)) == [home]


def test_another_gets_things_for_it_from_then_on(made: Homes) -> None:
    home = made.household("ding")
    drive = drive_of(made)
    with whole() as cursor:
        cursor.execute(
            "UPDATE registers_row SET values = jsonb_set(values, '{person}', to_jsonb(%s::text)), person_id = %s,"
            " text_1 = %s, version = version + 1, changed_at = now() WHERE id = %s",
            [str(made.person("wen"))] * 3 + [home],
        )

    made.fill(drive, days_on(1))

    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 1
    with whole():
        assert [one.person_id for one in Payment.objects.using("bulk").all()] == [made.person("wen")]


def test_a_household_whose_row_was_taken_back_leaves_the_roster(made: Homes) -> None:
    home = made.household("ding")
    drive = drive_of(made)
    with whole():
        run = Row.objects.using("bulk").get(pk=home).source_id
    with made.at_work("factory") as actor:
        assert bulk.take_back(actor=actor, at=AT, code=HOUSEHOLDS, run=UUID(run)) == (1, 0)

    assert made.fill(drive, days_on(1)).gone == 1

    with whole():
        assert Entry.objects.using("bulk").get(drive=drive).left_why == "ended"
    assert {piece.state for piece in made.pieces(drive, "sum") + made.pieces(drive, "pack")} == {"void"}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"list": HOUSEHOLDS, "members": "household_visits"}, "once: list"),
        ({"list": HOUSEHOLDS, "members": "nobody"}, "nobody"),
    ],
)
def test_the_list_of_members_names_a_person_and_their_household(
    db: None, who: dict[str, Any], said: str
) -> None:
    data = content(definitions.load().campaigns["send_warmth"]) | {"who": who}
    problems = checking.problems_of(Campaign.model_validate(data), on=TODAY)
    assert any(said in str(one) for one in problems)


def test_households_without_their_members_and_members_without_households_are_refused() -> None:
    data = content(definitions.load().campaigns["send_warmth"])
    for wrong in (
        {"who": {"list": HOUSEHOLDS}},
        {"subject": "row", "who": {"list": HOUSEHOLDS, "members": MEMBERS}},
    ):
        with pytest.raises(ValueError, match="members"):
            Campaign.model_validate(data | wrong)


def test_the_page_of_a_household_says_who_else_belongs_to_it(made: Homes, monkeypatch: Any) -> None:
    monkeypatch.setattr(days, "now", lambda: days_on(0))
    made.belongs("wen", made.household("ding"))
    (piece,) = made.pieces(drive_of(made), "pack")
    address = reverse("campaigns:entry", args=[piece.entry_id])

    assert "文秀兰" in signed_in(made, "factory").get(address).content.decode()
    assert signed_in(made, "mill").get(address).status_code == 404
