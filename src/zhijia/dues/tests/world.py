"""A county's federation that collects for two unions, with employers they cover and books at every level but one."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.db import transaction

from zhijia.catalogue.split_kinds import SplitRule
from zhijia.dues.models import CollectionFile, Contribution, Distribution, Split
from zhijia.dues.services import collecting, declaring, distributing
from zhijia.dues.services.declaring import Wages
from zhijia.ledger.models import Account
from zhijia.ledger.services import books
from zhijia.registry.models import Coverage, Employer, Representative
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as registry_world
from zhijia.registry.tests.ready import once_a_run
from zhijia.registry.tests.world import World

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SINCE = date(2026, 1, 1)
CODES = {"factory": "91340103MA2XXXX011", "mill": "91340104MA2XXXX02X", "couriers": "91340103MA2XXXX033"}
KEEPS_BOOKS = ("province", "city", "luyang", "factory")
HEADINGS = "纳税人识别号,纳税人名称,所属期起,所属期止,计费依据,实缴金额,入库日期"


def rule(code: str, **more: Any) -> SplitRule:
    """A rule of sharing that says this."""
    said = {
        "code": code, "label": {"en": code, "zh": code}, "version": 1, "source": "test", "confidence": "D",
        "from": "2020-01-01", "order": 100, "shares": {"grassroots": "0.7", "province": "0.3"}, **more,
    }  # fmt: skip
    return SplitRule.model_validate(said)


class Dues:
    """The world with employers, books and treasurers: `luyang-treasurer` collects, `factory-treasurer` declares."""

    def __init__(self) -> None:
        self.world: World = registry_world.build()
        self.world.act("luyang")
        self.employers = {
            name: Employer.objects.create(
                name=f"{name} 公司", credit_code=code, division=self.world.unions[name].division
            )
            for name, code in CODES.items()
        }
        for name, employer in self.employers.items():
            ready.add(Coverage(union=self.world.unions[name], employer=employer, valid_from=date(2020, 1, 1)))
        for name in (*KEEPS_BOOKS, "mill", "couriers"):
            registry_world.appoint(self.world, name, "treasurer", f"{name}-treasurer")
        for name in KEEPS_BOOKS:
            actor = self.world.act(f"{name}-treasurer")
            books.open_book(actor=actor, at=AT, union=self.world.unions[name], since=SINCE)

    def acts_for(self, name: str, employer: str, *, county: str = "luyang") -> None:
        """A new account that acts for the employer, whose letter the county has seen."""
        registry_world.worker(self.world, name)
        self.world.act(county)
        Representative.objects.create(
            user_id=self.world.actors[name].user_id, employer=self.employers[employer], valid_from=SINCE,
            union_id=self.world.unions[county].pk, county_id=self.world.unions[county].stands_in,
        )  # fmt: skip

    def declare(
        self, name: str = "factory", *, month: int = 202610, staff: int = 10, yuan: int = 80_000, **more
    ):
        """Declare as the union's treasurer."""
        return declaring.declare(
            actor=self.world.act(f"{name}-treasurer"),
            at=AT,
            union=self.world.unions[name],
            employer=self.employers[name],
            wages=Wages(month, staff, yuan * 100),
            **more,
        )

    def line(
        self, name: str = "factory", yuan: str = "1600.00", month: str = "2026-10", day: str = "2026-11-12"
    ):
        """A line of the tax office's file."""
        return f"{CODES.get(name, name)},{name},{month},{month},80000,{yuan},{day}"

    def check(self, *lines: str, union: str = "luyang") -> CollectionFile:
        """Send a file with these lines, as the county's treasurer."""
        with transaction.atomic():
            return collecting.check(
                actor=self.world.act(f"{union}-treasurer"),
                at=AT,
                union=self.world.unions[union],
                content=BytesIO("\n".join([HEADINGS, *lines, ""]).encode()),
                name="tax.csv",
            )

    def take(self, *lines: str, union: str = "luyang") -> list[Contribution]:
        """Check, confirm and take a file over; what came in by it."""
        file = self.check(*lines, union=union)
        with transaction.atomic():
            collecting.confirm(actor=self.world.act(f"{union}-treasurer"), at=AT, file_id=file.pk)
        collecting.take(at=AT, file_id=file.pk)
        return list(
            Contribution.objects.using("bulk").filter(source_id__startswith=f"{file.pk}-").order_by("pk")
        )

    def share(self, union: str = "luyang") -> Distribution:
        """Share what waits there."""
        there = self.world.unions[union]
        run = Distribution.objects.using("bulk").create(
            union_id=there.pk, county_id=there.stands_in, run_id=uuid4(), day=date(2026, 11, 20),
            user_id=self.world.actors[f"{union}-treasurer"].user_id, asked_at=AT,
        )  # fmt: skip
        distributing.work(at=AT, distribution_id=run.pk)
        run.refresh_from_db()
        return run

    def balance(self, union: str, code: str, partner: str = "") -> int:
        """What the union's account says, in fen, from its own side."""
        other = self.world.unions[partner].pk if partner else None
        found = Account.objects.using("bulk").filter(
            union_id=self.world.unions[union].pk, code=code, partner_id=other
        )
        return sum(account.balance * account.sign for account in found)

    def split_of(self, contribution: Contribution) -> Split:
        """The last split of a contribution."""
        found = Split.objects.using("bulk").filter(contribution=contribution).order_by("-pk").first()
        assert found is not None
        return found


@once_a_run
def build() -> Dues:
    """The world as it begins, put back by one statement."""
    return Dues()
