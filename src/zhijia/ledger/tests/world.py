"""Books for tests: the factory's and the mill's, with a treasurer each, money of two funds, and a day to post on."""

from datetime import UTC, date, datetime

from zhijia.ledger.rules import Line
from zhijia.ledger.services import books, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry.tests import world as registry_world
from zhijia.registry.tests.ready import once_a_run
from zhijia.registry.tests.world import World

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
SINCE = date(2026, 1, 1)
CODES = ("102", "402", "501", "322")


class Ledger:
    """The world with books; `account("factory", "102")` is the number of an account."""

    since = SINCE

    def __init__(self) -> None:
        self.world: World = registry_world.build()
        for union in ("factory", "mill"):
            registry_world.appoint(self.world, union, "treasurer", f"{union}-treasurer")
            self.keep(union)

    def keep(self, union: str) -> None:
        """Open the union's books with accounts of two funds."""
        actor = self.world.act(f"{union}-treasurer")
        books.open_book(actor=actor, at=AT, union=self.world.unions[union], since=self.since)
        for code in CODES:
            for fund in ("own", "donation"):
                self.account(union, code, fund)

    def account(self, union: str, code: str, fund: str = "own") -> int:
        """The number of the account; opened where it is not there."""
        actor = self.world.act(f"{union}-treasurer")
        opened = books.open_account(
            actor=actor, at=AT, union=self.world.unions[union], code=code, fund=fund, day=self.since
        )
        return opened.pk

    def post(self, union: str, source: str, *lines: tuple[int, int], day: date = DAY) -> int:
        """Post as the union's treasurer."""
        return posting.post(
            actor=self.world.act(f"{union}-treasurer"),
            at=AT,
            union=self.world.unions[union],
            day=day,
            kind="voucher",
            source=Source("test", source),
            lines=[Line(account, amount) for account, amount in lines],
        )

    def income(self, union: str, source: str, fen: int, fund: str = "own", day: date = DAY) -> int:
        """So much comes in to the bank."""
        bank, income = self.account(union, "102", fund), self.account(union, "402", fund)
        return self.post(union, source, (bank, fen), (income, -fen), day=day)


@once_a_run
def build() -> Ledger:
    """The world as every test begins with it."""
    return Ledger()
