"""A union with books, money and members, whose assets and goods tests keep."""

from datetime import date
from uuid import uuid4

from zhijia.assets.services import cards, goods
from zhijia.ledger.tests.spending_world import Spending
from zhijia.ledger.tests.world import AT, DAY
from zhijia.registry.tests.ready import once_a_run

BOUGHT_ON = date(2026, 3, 10)


class Store(Spending):
    """The world of spending, with a call for an asset and one for a lot of goods."""

    def new_card(self, union: str = "factory", **more) -> cards.New:
        """What is known of a projector bought in March."""
        said = {
            "name": "投影仪", "kind": "equipment", "came": "bought", "got_on": DAY, "cost": 720_000,
            "place": "职工之家", "paid_from": self.account(union, "102"),
        }  # fmt: skip
        return cards.New(**{**said, **more})

    def card(self, union: str = "factory", **more):
        """A card on the register."""
        new = self.new_card(union, **more)
        return cards.take_up(
            actor=self.act(f"{union}-treasurer"), at=AT, union=self.world.unions[union], once=uuid4(), new=new
        )

    def donated(self, union: str = "factory", **more):
        """A card of something that was given, in March."""
        given = {
            "came": "donated",
            "donor": "爱心企业",
            "purpose": "职工培训",
            "fund": "donation",
            "got_on": BOUGHT_ON,
        }
        return self.card(union, **{**given, **more})

    def lot(self, union: str = "factory", **more):
        """Ten boxes of towels."""
        said = {
            "name": "毛巾礼盒", "unit": "盒", "came": "bought", "got_on": DAY, "quantity": 10, "cost": 100_001,
            "paid_from": self.account(union, "102"),
        }  # fmt: skip
        new = goods.New(**{**said, **more})
        return goods.take_in(
            actor=self.act(f"{union}-treasurer"), at=AT, union=self.world.unions[union], once=uuid4(), new=new
        )

    def give(self, lot, union: str = "factory", once=None, **more):
        """Some of them go out."""
        said = {"day": DAY, "what_for": "夏送清凉", "who": ["丁大勇"], "each": 1}
        if not more.get("to_union"):
            said |= {"category": "holiday", "occasion": "mid_autumn"}
        return goods.issue(
            actor=self.act(f"{union}-treasurer"), at=AT, lot_id=lot.pk, once=once or uuid4(),
            out=goods.Out(**{**said, **more}),
        )  # fmt: skip


@once_a_run
def build() -> Store:
    """The world as every test begins with it."""
    return Store()
