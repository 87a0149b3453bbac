"""Contributions in the first county: months declared, files of the tax office taken over and shared, differences to be
looked at, a subsidy that waits for its decision. Through the services, as the people at work there."""

from datetime import date, datetime
from io import BytesIO
from uuid import NAMESPACE_URL, uuid5

from zhijia.accounts.models import User
from zhijia.dues import cells, rules
from zhijia.dues.models import CollectionFile
from zhijia.dues.services import collecting, declaring, distributing, members, payouts
from zhijia.dues.services.declaring import Wages
from zhijia.dues.services.payouts import Weights
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import books
from zhijia.registry.models import Coverage, Employer, Union
from zhijia.web.demo.logins import FINANCE, TREASURER, counties, workplace

EMPLOYERS, MONTHS, MEMBERS = 24, 4, 60
WAGE = 5_180_00
"""What a worker of the demo is paid in a month, in fen; a little more with each month."""
UNKNOWN = ("91340100MA0000007R", "外地来皖工程有限公司")


def make_dues(*, at: datetime) -> None:
    """Declare, take over, share, once. Each step commits by itself, as it does for people."""
    county = counties()[0]
    if CollectionFile.objects.using("bulk").filter(union_id=county.pk).exists():
        return
    today = days.business_day(at)
    last = rules.month_after(days.month_of(today), -1)
    months = list(rules.months(rules.month_after(last, 1 - MONTHS), last))
    finance = Actor(User.objects.get(login=FINANCE).pk, "demo", "demo-dues")
    with acting(finance) as actor:
        books.open_book(actor=actor, at=at, union=county, since=date(today.year, 1, 1))
        covered = _covered(county, months[0])
        for place, (employer, union) in enumerate(covered):
            for month in months[:-1] if place % 3 else months:
                if place % 8 != 7:  # some declare nothing
                    _declare(actor, at, union, employer, month)
    _at_work(at, months)
    for month in months[:-1]:
        _collected(finance, at, county, covered, month, confirmed=True)
    _shared(finance, at, county)
    half = len(covered) // 2
    _collected(finance, at, county, covered[:half], months[-1], confirmed=True)
    _collected(finance, at, county, covered[half:], months[-1], confirmed=False)
    with acting(finance) as actor:
        _subsidy(actor, at, county, today.year)


def _at_work(at: datetime, months: list[int]) -> None:
    """The treasurer's own union declares all months but the last, and has the dues of its members."""
    union = workplace()
    with acting(Actor(User.objects.get(login=TREASURER).pk, "demo", "demo-dues")) as actor:
        for month in months[:-1]:
            for employer in declaring.covered(union, month)[:1]:
                _declare(actor, at, union, employer, month)
        for month in months:
            wages = [(str(place), WAGE + place * 37_50) for place in range(1, MEMBERS + 1)]
            paid = members.reckoned(union=union, month=month, wages=wages)
            once = uuid5(NAMESPACE_URL, f"demo-dues-{union.pk}-{month}")
            members.collect(actor=actor, at=at, union=union, month=month, paid=paid, once=once)


def _covered(county: Union, since: int) -> list[tuple[Employer, Union]]:
    """Some employers of the county with a registration number, and the union that has covered each since then."""
    held = (
        Coverage.objects.filter(
            union__county_id=county.pk,
            valid_from__lte=rules.first_day(since),
            valid_to__isnull=True,
            employer__credit_code__isnull=False,
            employer__staff_count__gt=0,
        )
        .exclude(union_id=workplace().pk)
        .select_related("employer", "union")
        .order_by("employer_id")
    )
    return [(one.employer, one.union) for one in held[:EMPLOYERS]]


def _wages(employer: Employer, month: int) -> Wages:
    staff = employer.staff_count or 1
    return Wages(month, staff, staff * (WAGE + month % 100 * 12_00))


def _declare(actor: Actor, at: datetime, union: Union, employer: Employer, month: int) -> None:
    declaring.declare(actor=actor, at=at, union=union, employer=employer, wages=_wages(employer, month))


def _collected(
    finance: Actor,
    at: datetime,
    county: Union,
    covered: list[tuple[Employer, Union]],
    month: int,
    *,
    confirmed: bool,
) -> None:
    """A file of the tax office for a month: a few pay less or nothing, one is nobody's, one line is damaged."""
    day = min(rules.first_day(rules.month_after(month)).replace(day=12), days.business_day(at))
    text = f"{month // 100}-{month % 100:02d}"
    rows = [",".join(names[0] for names in cells.COLUMNS.values())]
    for place, (employer, _union) in enumerate(covered):
        owed = _wages(employer, month).total // 50
        paid = owed // 2 if place % 11 == 5 else owed
        if place % 7 != 6:
            yuan = f"{paid // 100}.{paid % 100:02d}"
            rows.append(f"{employer.credit_code},{employer.name},{text},{text},,{yuan},{day}")
    rows.append(f"{UNKNOWN[0]},{UNKNOWN[1]},{text},{text},,{month % 100 * 20 + 380}.00,{day}")
    rows.append(f"9134,,{text},{text},,12.00,{day}")
    with acting(finance) as actor:
        file = collecting.check(
            actor=actor, at=at, union=county, content=BytesIO("\n".join(rows).encode()), name=f"{text}.csv"
        )
    if confirmed:
        with acting(finance) as actor:
            collecting.confirm(actor=actor, at=at, file_id=file.pk)
        collecting.take(at=at, file_id=file.pk)


def _shared(finance: Actor, at: datetime, county: Union) -> None:
    with acting(finance) as actor:
        run = distributing.ask(actor=actor, at=at, union=county)
    distributing.work(at=at, distribution_id=run.pk)


def _subsidy(actor: Actor, at: datetime, county: Union, year: int) -> None:
    """A pot for the townships of the county waits for its decision; none where the county has no townships."""
    try:
        payouts.prepare_subsidy(
            actor=actor,
            at=at,
            union=county,
            title=f"{year}年乡镇街道工会经费差异化补助",
            year=year,
            pot=200_000_00,
            weights=Weights(each=100, members=1),
        )
    except Refusal as refusal:
        if refusal.code != "nobody_weighs":
            raise
