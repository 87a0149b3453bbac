"""An audit goes its way and no other; nobody audits what is their own; what is late goes up."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.auditing.models import Engagement, Finding, Member, Recusal, Word
from zhijia.auditing.services import answering, finding, planning, rectifying, sampling, stages
from zhijia.auditing.services.finding import Found
from zhijia.auditing.tests.world import A_DAY, AT, FOUND, build
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message


@pytest.fixture
def audits(db):
    return build()


def test_an_audit_goes_from_the_plan_to_its_end(audits):
    audit = audits.reported()
    one = audit.findings.get()
    audits.proved(one)
    audits.verified(one)

    audit = stages.close(actor=audits.act("chen"), at=AT + 22 * A_DAY, engagement_id=audit.pk)

    assert audit.state == Engagement.State.CLOSED
    assert (audit.noticed_on, audit.may_begin_on) == (date(2026, 11, 20), date(2026, 11, 25))
    assert audit.comment_until == date(2026, 12, 7)
    assert one.due_on == date(2027, 1, 28)
    assert audit.report["findings"][0]["amount"] == 50_000
    assert stages.sha256_of(audit.report) == audit.report_sha256


def test_what_was_found_and_put_right_counts_as_facts(audits):
    audit = audits.reported()
    one = audit.findings.get()
    audits.proved(one)
    audits.verified(one)
    union = [audits.world.unions["factory"].pk]

    def told(kind, measure):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT coalesce(sum({measure}), 0) FROM facts_fact WHERE kind = %s AND union_id = ANY (%s)",
                [kind, union],
            )
            return cursor.fetchone()[0]

    assert told("audit.reported", "quantity") == 1
    assert told("audit.found", "amount") == 50_000
    assert told("audit.corrected", "amount") == 50_000


def test_an_audit_without_findings_ends_with_its_report(audits):
    audit = audits.in_the_field()
    audits.drafted(audit)
    audits.commented(audit)

    audit = stages.report(
        actor=audits.act("chen"), at=AT + 9 * A_DAY, engagement_id=audit.pk, opinion="未发现问题。"
    )

    assert audit.state == Engagement.State.CLOSED


def test_the_field_waits_for_the_days_of_the_notice(audits):
    audit = audits.plan()
    actor = audits.act("chen")
    stages.notify(actor=actor, at=AT, engagement_id=audit.pk)

    with pytest.raises(Refusal) as told:
        stages.begin(actor=actor, at=AT + 4 * A_DAY, engagement_id=audit.pk)

    assert told.value.code == "fieldwork_waits_for_the_notice"
    assert stages.begin(actor=actor, at=AT + 5 * A_DAY, engagement_id=audit.pk).state == "fieldwork"


def test_a_report_waits_for_the_comment_or_its_days(audits):
    audit = audits.in_the_field()
    audits.drafted(audit)
    actor = audits.act("chen")

    with pytest.raises(Refusal) as told:
        stages.report(actor=actor, at=AT + 17 * A_DAY, engagement_id=audit.pk, opinion="同意。")
    audit = stages.report(actor=actor, at=AT + 18 * A_DAY, engagement_id=audit.pk, opinion="同意。")

    assert told.value.code == "report_waits_for_the_comment"
    assert audit.reported_on == date(2026, 12, 8)


def test_a_draft_waits_until_every_drawn_entry_was_looked_at(audits):
    audit = audits.in_the_field()
    sample = audits.drawn(audit)

    with pytest.raises(Refusal) as told:
        audits.drafted(audit)
    audits.looked_at(sample)

    assert told.value.code == "not_looked_at"
    assert audits.drafted(audit).state == Engagement.State.DRAFTED


def test_an_audit_does_not_end_while_something_is_open(audits):
    audit = audits.reported(FOUND, Found("assets", "固定资产未入账", "购置投影仪未登记。", "会计", "", 300))
    first = audit.findings.order_by("number").first()
    audits.proved(first)
    audits.verified(first)

    with pytest.raises(Refusal) as told:
        stages.close(actor=audits.act("chen"), at=AT + 22 * A_DAY, engagement_id=audit.pk)

    assert told.value.code == "audit_ends_when_all_is_put_right"


WAYS = {
    "planned": {"noticed", "called_off"},
    "noticed": {"fieldwork", "called_off"},
    "fieldwork": {"drafted"},
}
WITH_IT = {
    "noticed": {"noticed_on": date(2026, 11, 1), "may_begin_on": date(2026, 11, 4)},
    "fieldwork": {"fieldwork_on": date(2026, 11, 5)},
    "drafted": {"drafted_on": date(2026, 11, 6), "comment_until": date(2026, 11, 16), "draft": "稿"},
    "reported": {"reported_on": date(2026, 11, 17), "opinion": "意见", "report": {}},
    "closed": {"closed_on": date(2026, 11, 18)},
    "called_off": {"reason": "改期"},
}
"""What is written with each step."""


@pytest.mark.parametrize("coming", Engagement.State.values)
@pytest.mark.parametrize("at", WAYS)
def test_the_database_lets_an_audit_go_its_way_alone(audits, at, coming):
    audit = audits.plan()
    audits.act("chen")
    way = list(WAYS)
    for state in way[1 : way.index(at) + 1]:
        Engagement.objects.filter(pk=audit.pk).update(state=state, **WITH_IT[state])

    refused = ""
    try:
        with transaction.atomic():
            more = WITH_IT.get(coming, {}) if coming != at else {}
            Engagement.objects.filter(pk=audit.pk).update(state=coming, **more)
    except IntegrityError as error:
        refused = str(error)

    assert (refused == "") == (coming == at or coming in WAYS[at]), refused


@pytest.mark.parametrize("who", ["fang", "city-committee"])
def test_whoever_is_not_in_the_team_writes_nothing_of_an_audit(audits, who):
    audit = audits.in_the_field()

    with pytest.raises(NotForYou):
        sampling.draw(
            actor=audits.act(who), at=AT, engagement_id=audit.pk, method="random", size=1, once=uuid4()
        )


@pytest.mark.parametrize("who", ["other", "luyang", "factory-treasurer", "province"])
def test_nobody_else_plans_an_audit_here(audits, who):
    with pytest.raises(NotForYou):
        audits.plan(by=who)


@pytest.mark.parametrize("audited", ["mill", "city", "province"])
def test_a_committee_audits_its_own_union_and_those_straight_under_it(audits, audited):
    with pytest.raises(Refusal) as told:
        audits.plan(audited)

    assert told.value.code == "not_the_next_level"


def test_the_head_is_audited_on_written_commission_alone(audits):
    with pytest.raises(Refusal) as told:
        audits.plan(kind="responsibility", post="主席")
    audit = audits.plan(kind="responsibility", post="主席", commission="庐组〔2026〕12号")

    assert told.value.code == "a_head_is_audited_on_written_commission"
    assert audit.commission == "庐组〔2026〕12号"


def test_the_same_key_plans_once_and_the_same_days_are_planned_once(audits):
    once, unions = uuid4(), audits.world.unions
    given = {"auditor": unions["luyang"], "audited": unions["factory"], "task": audits.task()}
    actor = audits.act("chen")
    first = planning.plan(actor=actor, at=AT, once=once, **given)

    assert planning.plan(actor=actor, at=AT, once=once, **given).pk == first.pk
    with pytest.raises(Refusal) as told:
        planning.plan(actor=actor, at=AT, once=uuid4(), **given)
    assert told.value.code == "engagement_once_for_the_same_days"
    assert Engagement.objects.get().number == "2026-1"


def test_nobody_audits_their_own_entries(audits):
    audit = audits.plan()
    treasurer = audits.world.actors["factory-treasurer"].user_id
    audits.act("chen")

    with pytest.raises(IntegrityError, match="nobody_audits_their_own_entries"), transaction.atomic():
        Member.objects.create(engagement=audit, user_id=treasurer, named_at=AT, **planning.places_of(audit))
    with pytest.raises(Refusal) as told:
        planning.name(
            actor=audits.act("chen"), at=AT, engagement_id=audit.pk, login="factory-treasurer-officer"
        )
    assert told.value.code == "not_of_the_committee"


def test_whoever_stepped_aside_is_not_named(audits):
    audit = audits.plan()
    fang = audits.act("fang")
    planning.step_aside(
        actor=fang, at=AT, engagement_id=audit.pk, why=Recusal.Why.KIN, words="配偶在该工会任会计"
    )

    with pytest.raises(Refusal) as told:
        planning.name(actor=audits.act("chen"), at=AT, engagement_id=audit.pk, login="fang-officer")

    assert told.value.code == "who_stepped_aside_does_not_audit"


def test_a_colleague_is_named_once(audits):
    audit = audits.plan()
    for _ in range(2):
        planning.name(actor=audits.act("chen"), at=AT, engagement_id=audit.pk, login="fang-officer")

    assert audit.team.count() == 2


def test_a_finding_stands_once_it_is_reported(audits):
    audit = audits.reported()
    one = audit.findings.get()

    with pytest.raises(Refusal) as told:
        finding.change(actor=audits.act("chen"), at=AT + 10 * A_DAY, finding_id=one.pk, found=FOUND)

    assert told.value.code == "finding_stands_once_reported"


def test_a_repeated_finding_is_recognised(audits):
    audit = audits.reported()
    one = audit.findings.get()
    audits.proved(one)
    audits.verified(one)
    stages.close(actor=audits.act("chen"), at=AT + 22 * A_DAY, engagement_id=audit.pk)

    again = audits.in_the_field(kind="special")

    assert audits.found(again).repeats_id == one.pk
    assert audits.found(again, Found("assets", "账实不符", "盘点少两台。", "会计")).repeats_id is None


@pytest.mark.parametrize("who", ["mill-treasurer", "couriers", "chen"])
def test_the_audited_union_alone_comments_and_proves(audits, who):
    audit = audits.in_the_field()
    audits.drafted(audit)

    with pytest.raises(NotForYou):
        answering.comment(actor=audits.act(who), at=AT, engagement_id=audit.pk, words="代答", once=uuid4())


def test_a_proof_is_given_back_and_sent_again(audits):
    audit = audits.reported()
    one = audit.findings.get()
    chen = audits.act("chen")
    with pytest.raises(Refusal) as told:
        rectifying.verify(actor=chen, at=AT + 10 * A_DAY, finding_id=one.pk, corrected=0)
    audits.proved(one)
    later = AT + 20 * A_DAY + timedelta(hours=1)
    rectifying.give_back(actor=audits.act("chen"), at=later, finding_id=one.pk, reason="缺凭证")
    with pytest.raises(Refusal):
        audits.verified(one)

    audits.proved(one, amount=0)

    assert told.value.code == "no_proof"
    assert [word.kind for word in one.said.order_by("said_at", "id")][-1] in {"proof", "returned"}
    assert Word.objects.filter(finding=one).count() == 3


def test_no_more_is_put_right_than_was_found(audits):
    one = audits.reported().findings.get()

    with pytest.raises(Refusal) as told:
        audits.proved(one, amount=one.amount + 1)

    assert told.value.code == "finding_corrects_no_more_than_it_found"


def test_what_is_late_goes_up_once(committed):
    with transaction.atomic():
        audits = build()
        one = audits.reported().findings.get()
    before = rectifying.escalate_late(at=AT + 69 * A_DAY)

    told = [rectifying.escalate_late(at=AT + 70 * A_DAY) for _ in range(2)]

    assert (before, told) == (0, [1, 0])
    with whole():
        audit = Engagement.objects.using("bulk").get()
        late = Finding.objects.using("bulk").get(pk=one.pk)
        heard = set(Message.objects.using("bulk").filter(kind="audit_late").values_list("user_id", flat=True))
    assert (audit.state, late.state) == (Engagement.State.ESCALATED, Finding.State.OPEN)
    assert late.escalated_on == date(2027, 1, 29)
    users = {
        audits.world.actors[name].user_id for name in ("chen", "fang", "city-committee", "factory-treasurer")
    }
    assert users <= heard
