"""How each shipped matter is asked for and answered in the test world, and what is to be seen in the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from zhijia.assets.models import Disposal
from zhijia.assets.services import cards
from zhijia.facts.models import Fact
from zhijia.kernel.codes import synthetic_employer_code
from zhijia.ledger.services import books
from zhijia.matters.models import Case, Paper
from zhijia.matters.tests.shipped import Tale
from zhijia.payments.models import Payment
from zhijia.registry.models import Coverage, Membership, Person, Post, Representative, Term, Union
from zhijia.registry.services import consents
from zhijia.registry.tests.world import AT, World, appoint, member


def _owns(world: World) -> None:
    """A forklift on the union's register."""
    appoint(world, "factory", "treasurer", "keeper")
    union, keeper = world.unions["factory"], world.act("keeper")
    books.open_book(actor=keeper, at=AT, union=union, since=date(2026, 1, 1))
    forklift = cards.New(
        "叉车",
        "equipment",
        "donated",
        date(2026, 3, 1),
        25_000_000,
        donor="晨光机械有限公司",
        purpose="职工服务",
        fund="own",
    )
    cards.take_up(actor=keeper, at=AT, union=union, once=uuid4(), new=forklift)


def _may_go(world: World, case: Case) -> None:
    world.act("keeper")
    assert Disposal.objects.get(case_id=case.pk).card.state == "decided"


def _agrees_to_notices(world: World) -> None:
    consents.give(actor=world.act("member"), at=AT, purpose="public_notice")


_ELECTORS = ("王建国", "李秀英", "赵铁柱", "孙小梅")


def _electors(world: World) -> None:
    """Ten more members, so that the committee has three seats."""
    for number, name in enumerate(_ELECTORS, start=1):
        member(world, f"elector-{number}", "factory", serial=200 + number, called=name)


def _chairs(world: World) -> None:
    """The member is the part-time chair of their union."""
    person = world.actors["member"].person_id
    union = world.unions["factory"]
    world.act("luyang")
    Post.objects.create(
        person_id=person, union_id=union.pk, county_id=union.stands_in, kind=Post.Kind.CHAIR,
        term_from=date(2024, 1, 1), term_to=date(2029, 1, 1),
    )  # fmt: skip


def _ordered(fund: str, fen: int) -> Callable[[World, Case], None]:
    """The county pays the member so much of this fund, once."""

    def seen(world: World, case: Case) -> None:
        world.act("luyang")
        payment = Payment.objects.get(case_id=case.pk)
        told = (payment.union_id, payment.fund, payment.amount, payment.person_id)
        assert told == (world.unions["luyang"].pk, fund, fen, world.actors["member"].person_id)

    return seen


def _grant(fund: str) -> Tale:
    return Tale(
        {"project": "焊接带徒", "plan": "两期各十人", "asked": "60000"},
        seen=_ordered(fund, 6_000_000),
    )


def _corrected(world: World, case: Case) -> None:
    world.act("factory")
    assert Person.objects.get(pk=case.person_id).name == "张晓峰"


def _represents(world: World, case: Case) -> None:
    world.act("luyang")
    assert Representative.objects.get(user_id=case.user_id).employer.name == "晨光物流有限公司"


def _left(world: World, case: Case) -> None:
    world.act("factory")
    assert Membership.objects.get(person_id=case.person_id).status == Membership.Status.LEFT


def _retained(world: World, case: Case) -> None:
    world.act("factory")
    assert Membership.objects.get(person_id=case.person_id).status == Membership.Status.RETAINED_RETIRED


def _listed(world: World, case: Case) -> None:
    world.act("factory")
    told = Fact.objects.filter(kind="matter.line_granted")
    assert (case.amount, told.count()) == (1_000_000, 5)
    assert set(told.values_list("person_id", flat=True)) == set(
        case.lines.values_list("person_id", flat=True)
    )


def numbers(world: World, case: Case) -> list[str]:
    world.act("province")
    return list(Paper.objects.filter(case=case).order_by("made_at", "pk").values_list("number", flat=True))


def _papers(*issued: str) -> Callable[[World, Case], None]:
    def look(world: World, case: Case) -> None:
        assert numbers(world, case) == list(issued)

    return look


def _founded(world: World, case: Case) -> None:
    world.act("luyang")
    union = Union.objects.get(name="新桥物流工会")
    assert case.other_union_id == union.pk
    assert (union.type, union.approval_number) == ("50", "工组〔2026〕1号")
    assert Coverage.objects.get(union=union).employer.name == "新桥物流有限公司"
    term = Term.objects.get(union_id=union.pk)
    assert (term.number, term.seats, term.years, term.approval_number) == (1, 3, 5, "工组〔2026〕1号")
    assert Fact.objects.filter(kind="union.founded", record_id=str(union.pk)).count() == 1
    assert numbers(world, case) == ["工组筹〔2026〕1号", "工组〔2026〕1号"]


def _elected(world: World, case: Case) -> None:
    world.act("factory")
    term = Term.objects.get(union_id=world.unions["factory"].pk, ended_on=None)
    assert (term.number, term.seats, term.approval_number) == (1, 3, "工选〔2026〕1号")
    assert sorted(Post.objects.filter(term_id=term.pk).values_list("kind", flat=True)) == ["01", "02", "03"]


def changed(tale: Tale, **typed: Any) -> Tale:
    """The tale with some answers changed."""
    return replace(tale, typed={**tale.typed, **typed})


def without_before(tale: Tale) -> Tale:
    """The tale once more, in a world that is prepared already."""
    return replace(tale, before=lambda world: None)


def answering(tale: Tale, **at_steps: dict[str, Any]) -> Tale:
    """The tale with other answers at steps."""
    return replace(tale, at_steps=at_steps)


_STOOD = "王建国 主席 5\n李秀英 副主席 4\n赵铁柱 委员 4\n孙小梅 委员 1"
TALES = {
    "asset_disposal": Tale(
        {"asset": "2026-0001", "way": "sell", "original": "250000", "value": "30000", "reason": "已更新"},
        asker="factory",
        union="factory",
        before=_owns,
        seen=_may_go,
    ),
    "chair_allowance": Tale(
        {"year": "2026", "ends": "m09"},
        asker="factory",
        union="factory",
        before=_chairs,
        lines=[{"who": "张小丰", "duty": "good", "sum": "900"}],
        seen=_ordered("own", 90_000),
    ),
    "craftsman_fund_grant": _grant("craftsman"),
    "development_fund_grant": _grant("worker_development"),
    "fund_use_report": Tale(
        {
            "grant": "340103202611200001",
            "used": "50000",
            "left": "10000",
            "what_for": "焊材、场地和讲师费",
            "came_of_it": "两期培训二十人，十二人取得证书",
            "goes_on": "第三期带徒",
        }
    ),
    "childcare_class": Tale(
        {"child": "小丰", "child_born": "2018-05-01", "grade": "grade_2", "weeks": "七月前三周"}
    ),
    "condolence_list": Tale(
        {"occasion": "ongoing"},
        asker="factory",
        union="factory",
        before=_electors,
        lines=[{"who": who, "why": "ill", "sum": "2000"} for who in ("张小丰", *_ELECTORS)],
        seen=_listed,
    ),
    "act_for_employer": Tale(
        {"employer": "晨光物流有限公司", "employer_code": synthetic_employer_code(77), "post": "行政主管"},
        named="luyang",
        seen=_represents,
    ),
    "correction": Tale({"which": "name", "right": "张晓峰"}, seen=_corrected),
    "culture_order": Tale({"wish": "film", "people": "120", "day": "2026-12-20", "where": "职工食堂"}),
    "member_card": Tale({}),
    "data_rights": Tale({"right": "copy", "which": "会籍信息"}),
    "degree_support": Tale(
        {
            "school": "合肥学院",
            "course": "机械",
            "aim": "bachelor",
            "began": "2025-09-01",
            "fees": "9000",
            "asked": "6000",
        }
    ),
    "election_report": Tale(
        {
            "body": "committee",
            "held_on": "2026-11-18",
            "entitled": "6",
            "attended": "5",
            "seats": "3",
            "years": "years_3",
            "stood": _STOOD,
            "declared": ["relative", "principal", "partner", "personnel", "foreign"],
        },
        asker="factory",
        union="factory",
        before=_electors,
        seen=_elected,
    ),
    "five_small_result": Tale(
        {
            "result": "防漏油夹具",
            "kind": "innovation",
            "what": "加装密封",
            "effect": "不再漏油",
            "since": "2026-03-01",
        },
        before=_agrees_to_notices,
    ),
    "formation_notices": Tale(
        {"employer": "新桥物流有限公司", "opened": "2024-06-01", "staff": "140"},
        asker="luyang",
        union="luyang",
        at_steps={
            "judge_letter": {"after_letter": "opinion"},
            "judge_opinion": {"after_opinion": "suggestion"},
        },
        seen=_papers("工组函〔2026〕1号", "工组意〔2026〕1号", "工组建〔2026〕1号"),
    ),
    "found_union": Tale(
        {
            "kind": "single",
            "union_name": "新桥物流工会",
            "division": "340103000000",
            "employer": "新桥物流有限公司",
            "opened": "2025-06-01",
            "staff": "40",
            "members": "30",
            "preparatory": "王大力 装卸工\n何小燕 调度员",
            "contact": "王大力",
            "contact_phone": "13912345678",
        },
        asker="factory",
        union="factory",
        at_steps={
            "result": {
                "held_on": "2026-11-19",
                "entitled": "30",
                "attended": "26",
                "seats": "3",
                "years": "years_5",
                "stood": "王大力 主席 25\n何小燕 委员 20\n周平 委员 18\n吴勇 委员 3",
            }
        },
        seen=_founded,
    ),
    "hazard_report": Tale(
        {"place": "二车间三号机", "danger": "电缆破皮漏电", "level": "life", "illness": "no"},
        at_steps={"look": {"told": "二车间一处电缆绝缘破损"}},
        seen=_papers("工安改〔2026〕1号", "工安报〔2026〕1号"),
    ),
    "labour_supervision": Tale(
        {
            "employer": "新桥物流有限公司",
            "found_by": "inspection",
            "about": ["wages", "hours"],
            "workers": "23",
            "facts": "未按月足额支付加班工资",
            "people": "2",
        },
        asker="luyang",
        union="luyang",
        at_steps={
            "judge_reminder": {"after_reminder": "opinion"},
            "judge_opinion": {"after_opinion": "recommend"},
        },
        seen=_papers("工法提〔2026〕1号", "工法意〔2026〕1号", "工法建〔2026〕1号"),
    ),
    "leaving": Tale({"sure": "want"}, seen=_left, refusable=False),
    "legal_aid": Tale(
        {"form_of_help": "arbitration", "about": "wages", "what_happened": "拖欠三个月工资", "many": "no"},
        at_steps={"city": {"task": "代理劳动仲裁"}},
        seen=_papers("工援〔2026〕1号"),
    ),
    "mediation": Tale(
        {"about": "wages", "what_happened": "拖欠加班费", "demand": "补发", "people": "12"},
        at_steps={"accept": {"told": "职工请求补发加班费"}, "mediate": {"ended": "settled"}},
        seen=_papers("工调〔2026〕1号"),
    ),
    "petition": Tale({"kind": "suggestion", "subject": "食堂", "what": "希望延长开放时间"}),
    "rationalisation_proposal": Tale(
        {"title": "改用小车", "now": "人工搬运", "better": "用小车", "saving": "80000"}
    ),
    "retirement_gift": Tale({"since": "2026-11-20"}),
    "retiring": Tale(
        {"with_retirement_gift": "yes", "why": "retired", "since": "2026-11-20"}, seen=_retained
    ),
    "retention": Tale({"why": "retired", "since": "2026-11-20"}, seen=_retained),
    "station_application": Tale(
        {
            "station": "晨光驿站",
            "division": "340103000000",
            "address": "北门一号",
            "area": "40",
            "hours": "8:00-20:00",
            "unattended": "no",
            "offers": ["water", "charging"],
        },
        asker="factory",
        union="factory",
    ),
    "studio_application": Tale(
        {
            "studio": "张小丰创新工作室",
            "leader": "张小丰",
            "honour": "市级劳模",
            "team": "8",
            "area": "60",
            "projects": "夹具改造",
            "plan": "培训两期",
        },
        asker="factory",
        union="factory",
    ),
    "training_application": Tale({"course": "welding", "when": "evening", "level": "some"}),
}
"""By the matter's code."""
