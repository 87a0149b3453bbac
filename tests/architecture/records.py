"""Records of every kind in the small federation of these tests, as the services make them, and its addresses."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.appraisals.services import entering, opening
from zhijia.appraisals.services.opening import Task as Appraising
from zhijia.appraisals.services.rounds import nominating
from zhijia.appraisals.services.rounds import preparing as rounds
from zhijia.auditing.services import finding, stages
from zhijia.auditing.services import planning as planning_audits
from zhijia.auditing.services.finding import Found
from zhijia.auditing.services.planning import Task
from zhijia.campaigns.services import opening as campaigns
from zhijia.catalogue.models import ParameterChange
from zhijia.kernel.actors import Actor
from zhijia.matters.services import asking, handing_in, rosters
from zhijia.questionnaires.services import preparing, rolls
from zhijia.registers.services import adding
from zhijia.registry.models import (
    Election,
    Employer,
    LeaveProposal,
    Membership,
    Merge,
    Pair,
    Person,
    Post,
    Postponement,
    QualityIssue,
    Representative,
    Term,
    TransferBatch,
)
from zhijia.registry.services.exports import asking as exporting
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds


def twice_registered(world: worlds.World, ding: Actor) -> None:
    """Somebody of the couriers' union may be 丁; and a merge somebody else's registration went into."""
    twin = worlds.member(world, "twin", "couriers", serial=9, called="李文博")
    factory, couriers = world.unions["factory"], world.unions["couriers"]
    sides = sorted([(ding.person_id, factory), (twin.person_id, couriers)], key=lambda side: str(side[0]))
    (first, here), (second, there) = sides
    world.act("luyang")
    pair = Pair.objects.create(
        first_id=first,
        second_id=second,
        union_id=here.pk,
        county_id=here.stands_in,
        other_union_id=there.pk,
        other_county_id=there.stands_in,
        reasons=["phone_same"],
        score=70,
        found_at=worlds.AT,
    )
    Merge.objects.create(
        pair_id=pair.pk,
        person_id=twin.person_id,
        gone_id=uuid4(),
        gone_id_type="414",
        gone_union_id=couriers.pk,
        reason="one card",
        merged_at=worlds.AT,
        union_id=couriers.pk,
        county_id=couriers.stands_in,
    )


def members_of(world: worlds.World) -> exporting.Wish:
    """The members of 晨光机械工会 to take along, masked."""
    return exporting.Wish(uuid4(), "members", world.unions["factory"], "csv", ["name", "id_no"], {})


def walk(resolver: URLResolver, spaces: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address, with its namespace."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces)
        else:
            yield f"{spaces}{pattern.name}", pattern


def designed(world: worlds.World) -> int:
    """A matter the county has drafted."""
    return designing.start(
        actor=world.act("luyang"), at=worlds.AT, kind=KINDS["matters"], code="degree_support", new_code="own"
    ).pk


def number(world: worlds.World) -> int:
    """A number somebody has proposed."""
    return ready.add(ParameterChange(
        key="matter.union_days", since=date(2027, 1, 1), value=9, source="test",
        effect={"open_cases": 0, "rules": []}, made_by=world.actors["luyang"].user_id or 0, made_at=worlds.AT,
    )).pk  # fmt: skip


def in_a_register(world: worlds.World) -> dict[Any, Any]:
    """A brand of services on the county's list, in every address of a list."""
    typed = {
        "name": "皖工暖",
        "owner": "权益部",
        "says": "常态送温暖",
        "services": ["aid"],
        "since": "2025-01-01",
    }
    row = adding.add(
        actor=world.act("luyang"),
        at=worlds.AT,
        code="service_brands",
        union_id=world.unions["luyang"].pk,
        typed=typed,
    )
    names = (name for name, _pattern in walk(get_resolver()) if name.startswith("registers:"))
    return {**{(name, "code"): "service_brands" for name in names}, "row_id": row.pk}


def polled(world: worlds.World) -> dict[Any, Any]:
    """An election of the factory's audit committee that is open."""
    actor, union = world.act("factory"), world.unions["factory"]
    asked = {"code": "audit_committee_election", "title": "", "seats": 1, "once": uuid4()}
    ends = worlds.AT + timedelta(days=300)
    poll = preparing.make(actor=actor, at=worlds.AT, union=union, opens_at=worlds.AT, closes_at=ends, **asked)
    number = Membership.objects.filter(union_id=union.pk, valid_to=None, status="10").first().member_number  # type: ignore[union-attr]
    preparing.add_candidate(actor=actor, at=worlds.AT, poll_id=poll.pk, number=number)
    rolls.write_down(actor=actor, at=worlds.AT, poll_id=poll.pk)
    preparing.open_poll(actor=actor, at=worlds.AT, poll_id=poll.pk)
    named = ("poll", "vote", "answer", "desk", "act", "slip", "slips")
    pages = {(f"questionnaires:{name}", "number"): poll.pk for name in named}
    more = {
        ("questionnaires:answer", "page"): 1,
        ("questionnaires:act", "act"): "count",
        "rating_id": UUID(int=1),
    }
    return {**pages, **more}


def driven(world: worlds.World) -> dict[Any, Any]:
    """A drive of the county that is open, in every address of a drive; its roster is made by a job elsewhere."""
    drive = campaigns.make(
        actor=world.act("luyang"), at=worlds.AT, once=uuid4(), union=world.unions["luyang"], code="send_coolness",
        opens_on=worlds.AT.date(), targets={("people", 0): 5},
    )  # fmt: skip
    campaigns.open_drive(actor=world.act("luyang"), at=worlds.AT, drive_id=drive.pk)
    pages = ("drive", "targets", "roster", "returns", "report", "workbook", "act", "why")
    numbers = {(f"campaigns:{page}", "number"): drive.pk for page in pages}
    return {**numbers, ("campaigns:act", "act"): "refresh"} | {
        (f"campaigns:{page}", "code"): world.unions["luyang"].code for page in pages
    }


def in_an_appraisal(world: worlds.World) -> dict[Any, Any]:
    """An appraisal of the county to which the factory was called, and scores itself."""
    actor = world.act("luyang")
    task = Appraising("workers_home", "", date(2026, 1, 1), date(2026, 12, 31), "above")
    run = opening.open_run(actor=actor, at=worlds.AT, union=world.unions["luyang"], task=task, once=uuid4())
    entry = entering.call(actor=actor, at=worlds.AT, run_id=run.pk, text=world.unions["factory"].code)
    marks = ("marks", "hand_in", "step_aside", "mark_item", "take_away")
    return {
        **{(f"appraisals:{page}", "number"): run.pk for page in ("run", "run_act", "enter")},
        **{(f"appraisals:{page}", "entry_id"): entry.pk for page in ("entry", "entry_act", *marks)},
        **{(f"appraisals:{page}", "part"): "self" for page in marks},
        ("appraisals:run_act", "act"): "publish",
        ("appraisals:entry_act", "act"): "settle",
        ("appraisals:mark_item", "code"): "rooms",
        "proof_id": UUID(int=1),
    }


def in_a_round(world: worlds.World) -> dict[Any, Any]:
    """A round of the county whose call is open, and a member the factory nominates in it."""
    luyang, factory = world.unions["luyang"], world.unions["factory"]
    actor, ends = world.act("luyang"), worlds.AT + timedelta(days=300)
    found = rounds.make(
        actor=actor, at=worlds.AT, once=uuid4(), union=luyang, code="craftsman", title="", year=2026,
        opens_at=worlds.AT, closes_at=ends, budget=50_000_000,
    )  # fmt: skip
    rounds.open_call(actor=actor, at=worlds.AT, round_id=found.pk)
    actor = world.act("factory")
    number = Membership.objects.filter(union_id=factory.pk, valid_to=None, status="10").first().member_number  # type: ignore[union-attr]
    row = nominating.begin(
        actor=actor, at=worlds.AT, once=uuid4(), round_id=found.pk, union=factory, number=number
    )
    pages = ("call", "judging", "judge_entry", "nominate", "round", "round_act", "batch", "round_notice")
    entries = ("nomination", "nomination_certificate", "nomination_act", "round_entry", "round_certificate")
    return {
        **{(f"appraisals:{page}", "number"): found.pk for page in pages},
        **{
            (f"appraisals:{page}", "entry_id"): row.pk
            for page in (*entries, "round_entry_act", "judge_entry")
        },
        **{(f"appraisals:{page}", "act"): "withdraw" for page in ("nomination_act", "round_entry_act")},
        ("appraisals:round_act", "act"): "show",
    }


def audited(world: worlds.World) -> dict[Any, Any]:
    """An audit of the factory's union by Luyang's committee, whose draft waits for a comment."""
    actor, unions = world.act("committee"), world.unions
    begun = worlds.AT - timedelta(days=20)
    task = Task("term", ["budget"], date(2026, 1, 1), date(2026, 9, 30), begun.date())
    audit = planning_audits.plan(
        actor=actor, at=begun, auditor=unions["luyang"], audited=unions["factory"], task=task, once=uuid4()
    )
    stages.notify(actor=actor, at=begun, engagement_id=audit.pk)
    stages.begin(actor=actor, at=begun + timedelta(days=10), engagement_id=audit.pk)
    found = Found("budget", "无签收表", "慰问品无签收表。", "工会主席")
    one = finding.add(actor=actor, at=worlds.AT, engagement_id=audit.pk, found=found)
    stages.hand_over_draft(actor=actor, at=worlds.AT, engagement_id=audit.pk, draft="征求意见稿")
    numbers = {(f"auditing:{page}", "number"): one.pk for page in ("finding", "prove", "decide")}
    return {"audit_id": audit.pk, "sample_id": UUID(int=1), **numbers}


def moving_together(world: worlds.World) -> TransferBatch:
    """An employer of the factory's union whose members are to follow it."""
    factory, mill = world.unions["factory"], world.unions["mill"]
    employer = Employer.objects.create(name="晨光机械有限公司", division=factory.division)
    return TransferBatch.objects.create(
        once=uuid4(),
        union_id=factory.pk,
        county_id=factory.stands_in,
        other_union_id=mill.pk,
        other_county_id=mill.stands_in,
        employer=employer,
        side="out",
        reason="迁往蜀山",
        user_id=world.actors["factory"].user_id or 0,
        asked_at=worlds.AT,
        object_until=date(2030, 1, 1),
        state=TransferBatch.State.OPEN,
    )


def perhaps_left(world: worlds.World) -> LeaveProposal:
    """A member of the factory's union who is asked whether they stay."""
    factory = world.unions["factory"]
    held = Membership.objects.get(union_id=factory.pk, valid_to=None)
    return LeaveProposal.objects.create(
        membership_id=held.pk,
        person_id=held.person_id,
        why="officer",
        since=date(2020, 1, 1),
        opened_at=worlds.AT,
        answer_until=date(2030, 1, 1),
        due_on=date(2030, 2, 1),
        union_id=factory.pk,
        county_id=factory.stands_in,
    )


def terms(world: worlds.World) -> dict[str, Any]:
    """A term with a post, an election that waits for the reply and a request to put it off."""
    union = world.unions["factory"]
    place = {"union_id": union.pk, "county_id": union.county_id}
    begun = {"starts_on": date(2022, 1, 1), "ends_on": date(2027, 1, 1), "due_on": date(2027, 1, 1)}
    term = Term.objects.create(**place, body="committee", number=1, years=5, seats=3, **begun)
    post = Post.objects.create(
        **place,
        person_id=Person.objects.get().pk,
        kind="01",
        term_id=term.pk,
        term_from=date(2022, 1, 1),
        term_to=date(2027, 1, 1),
    )
    election = Election.objects.create(
        **place,
        body="committee",
        held_on=date(2026, 11, 1),
        years=5,
        entitled=3,
        attended=3,
        seats=3,
        filled=3,
        recorded_at=worlds.AT,
    )
    asked = Postponement.objects.create(
        **place, term=term, until=date(2027, 3, 1), reason="搬迁", asked_at=worlds.AT
    )
    return {
        "term_id": term.pk,
        "post_id": post.pk,
        "election_id": election.pk,
        "postponement_id": asked.pk,
        "body": "committee",
    }


def asked_about(world: worlds.World) -> int:
    """Something the union asks its member to look at."""
    union = world.unions["factory"]
    issue = QualityIssue.objects.create(
        union_id=union.pk,
        county_id=union.stands_in,
        rule="occupation_missing",
        person_id=Person.objects.get(pk=world.actors["ding"].person_id).pk,
        state=QualityIssue.State.ASKED,
        opened_at=worlds.AT,
        asked_at=worlds.AT,
    )
    return issue.pk


def asked_for(world: worlds.World) -> dict[Any, Any]:
    """A request of a member for a place in a holiday class, with an answer that is sealed."""
    actor = world.act("ding")
    case = asking.start(actor=actor, at=worlds.AT, code="childcare_class")
    typed = {"child": "丁小宝", "child_born": "2017-05-01", "grade": "grade_3", "weeks": "1-4"}
    asking.keep(actor=actor, at=worlds.AT, case_id=case.pk, typed=typed)
    handing_in.submit(actor=actor, at=worlds.AT, case_id=case.pk, key=uuid4())
    return {
        "case_id": case.pk,
        "answer_id": case.answers.get(name="child").pk,
        "material_id": 1,
        ("matters:matter", "code"): "childcare_class",
        ("matters:add_material", "code"): "photo",
        "representative_id": acts_for_an_employer(world),
        **listed(world),
    }


def acts_for_an_employer(world: worlds.World) -> int:
    """The member acts for an employer whose letter the factory's union has seen."""
    world.act("factory")
    union = world.unions["factory"]
    return Representative.objects.create(
        user_id=world.actors["ding"].user_id,
        employer=Employer.objects.create(name="晨光物流有限公司", division=union.division),
        union_id=union.pk,
        county_id=union.stands_in,
        valid_from=worlds.AT.date(),
    ).pk


def listed(world: worlds.World) -> dict[Any, Any]:
    """A list of the factory's union that waits to be handed in, with a line."""
    actor = world.act("factory")
    case = asking.start(actor=actor, at=worlds.AT, code="condolence_list", for_union=world.unions["factory"])
    row = {"who": Person.objects.get().name, "why": "ill", "sum": "500"}
    line = rosters.add(actor=actor, at=worlds.AT, case_id=case.pk, line_id=uuid4(), typed=row)
    pages = ("lines", "lines_sheet", "lines_template", "line", "remove_line")
    return {"line_id": line.pk, **{(f"matters:{page}", "case_id"): case.pk for page in pages}}
