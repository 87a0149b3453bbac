"""Spending for tests: the factory with money, members and two who keep its books; a voucher in a call."""

from uuid import uuid4

from zhijia.kernel.actors import Actor
from zhijia.ledger.services.spending import deciding, preparing
from zhijia.ledger.services.spending.preparing import Draft, Wanted
from zhijia.ledger.spending_models import Voucher
from zhijia.ledger.tests.world import AT, DAY, Ledger
from zhijia.registry.tests import world as registry_world
from zhijia.registry.tests.ready import once_a_run

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PEOPLE = {"ding": "丁大勇", "wen": "文秀兰", "lei": "雷国庆"}


class Spending(Ledger):
    """The ledger's world with three members at the factory and one at the mill, and a second treasurer who checks."""

    def __init__(self) -> None:
        super().__init__()
        for serial, (name, called) in enumerate(PEOPLE.items(), start=1):
            registry_world.member(self.world, name, "factory", serial=serial, called=called)
        registry_world.member(self.world, "mei", "mill", serial=9, called="梅小雨")
        for union in ("factory", "mill"):
            registry_world.appoint(self.world, union, "treasurer", f"{union}-checker")
        for union in ("factory", "mill"):
            self.income(union, f"money-{union}", 5_000_000)

    def act(self, name: str) -> Actor:
        """Become this actor."""
        return self.world.act(name)

    def draft(
        self, union: str = "factory", fen: int = 20_000, who: tuple[str, ...] = ("ding",), **more
    ) -> Draft:
        """What a voucher of holiday goods says, for some of the members."""
        said = {
            "category": "holiday", "occasion": "spring_festival", "day": DAY, "title": "春节慰问品", "way": "goods",
            "paid_from": self.account(union, "102"), "payee": "惠民商店",
            "roster": [Wanted(({**PEOPLE, "mei": "梅小雨"}).get(one, one), fen) for one in who],
        }  # fmt: skip
        return Draft(**{**said, **more})

    def prepared(self, union: str = "factory", *, papers: bool = True, **more) -> Voucher:
        """A draft by the union's treasurer, with an invoice."""
        draft = self.draft(union, **more)
        voucher = preparing.prepare(
            actor=self.act(f"{union}-treasurer"),
            at=AT,
            union=self.world.unions[union],
            once=uuid4(),
            draft=draft,
        )
        if papers:
            self.paper(voucher, union)
        return voucher

    def paper(self, voucher: Voucher, union: str = "factory", content: bytes = PDF):
        """Put an invoice with a draft."""
        return preparing.add_file(
            actor=self.act(f"{union}-treasurer"),
            at=AT,
            voucher_id=voucher.pk,
            content=content,
            name="发票.pdf",
        )

    def checked(self, union: str = "factory", **more) -> Voucher:
        """Handed in, and checked by a colleague."""
        voucher = self.prepared(union, **more)
        deciding.hand_in(actor=self.act(f"{union}-treasurer"), at=AT, voucher_id=voucher.pk)
        return deciding.check(actor=self.act(f"{union}-checker"), at=AT, voucher_id=voucher.pk)

    def posted(self, union: str = "factory", **more) -> Voucher:
        """In the books."""
        voucher = self.checked(union, **more)
        return deciding.post(actor=self.act(f"{union}-treasurer"), at=AT, voucher_id=voucher.pk)


@once_a_run
def build() -> Spending:
    """The world as every test begins with it."""
    return Spending()
