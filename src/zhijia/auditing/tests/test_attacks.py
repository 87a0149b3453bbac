"""What somebody of a committee, or of the audited union, could try by SQL past the services: the database refuses."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from zhijia.auditing.models import Earlier, Engagement, Finding, Item, Recusal, Sample, Word
from zhijia.auditing.services import finding, planning, stages
from zhijia.auditing.services.finding import Found
from zhijia.auditing.tests.world import A_DAY, AT, FOUND, build
from zhijia.kernel.ids import new_id

EARLIER_DAY = date(2026, 2, 1)


@pytest.fixture
def audits(db):
    return build()


def _refused(act):
    """What the database says of it: the promise that would break, or that nothing of that row may be written."""
    try:
        with transaction.atomic():
            written = act()
    except DatabaseError as error:
        return str(error)
    return "nothing is written" if written in (0, (0, {})) else ""


@pytest.mark.parametrize(
    "change",
    [
        {"since": EARLIER_DAY},
        {"until": EARLIER_DAY},
        {"kind": "special"},
        {"matters": ["assets"]},
        {"plan_on": EARLIER_DAY},
        {"union_id": 1},
        {"noticed_on": EARLIER_DAY},
        {"may_begin_on": EARLIER_DAY},
        {"fieldwork_on": EARLIER_DAY},
        {"comment_until": EARLIER_DAY},
        {"state": "planned"},
        {"state": "escalated"},
        {"state": "closed", "closed_on": date(2026, 12, 1)},
        {"reason": "不查了"},
    ],
)
def test_nobody_of_the_team_bends_an_audit_under_way(audits, change):
    audit = audits.in_the_field()
    audits.act("chen")

    assert _refused(lambda: Engagement.objects.filter(pk=audit.pk).update(**change))


def test_an_audit_that_was_reported_is_not_escalated_by_hand(audits):
    audit = audits.reported()
    audits.act("chen")

    said = _refused(
        lambda: Engagement.objects.filter(pk=audit.pk).update(
            state="escalated", escalated_on=date(2027, 2, 1)
        )
    )

    assert "what_is_late_is_told_by_the_job" in said


@pytest.mark.parametrize("who", ["fang", "city-committee", "factory-treasurer", "luyang"])
def test_whoever_is_not_of_the_team_writes_nothing_by_sql_either(audits, who):
    audit = audits.in_the_field()
    one = audits.found(audit)
    item = audits.drawn(audit).items.first()
    audits.act(who)

    for act in (
        lambda: Engagement.objects.filter(pk=audit.pk).update(
            state="drafted", drafted_on=date(2026, 11, 26), comment_until=date(2026, 12, 9), draft="稿"
        ),
        lambda: Finding.objects.filter(pk=one.pk).update(amount=0),
        lambda: Finding.objects.filter(pk=one.pk).delete(),
        lambda: Item.objects.filter(pk=item.pk).update(result="in_order", looked_at=AT, looked_by=0),
    ):
        assert _refused(act)
    audits.act("chen")
    assert Finding.objects.get(pk=one.pk).amount == FOUND.amount


@pytest.mark.parametrize(
    "change",
    [
        {"state": "verified", "verified_on": EARLIER_DAY, "verified_by": "me"},
        {"state": "verified", "verified_on": EARLIER_DAY, "verified_by": "me", "corrected": 50_000},
        {"corrected": 50_000},
        {"due_on": date(2030, 1, 1)},
        {"escalated_on": EARLIER_DAY},
        {"amount": 1},
    ],
)
@pytest.mark.parametrize("proved", [False, True])
def test_a_finding_is_put_right_by_its_proof_alone(audits, change, proved):
    one = audits.reported().findings.get()
    if proved:
        audits.proved(one)
    me = audits.act("chen").user_id
    change = {name: me if value == "me" else value for name, value in change.items()}

    assert _refused(lambda: Finding.objects.filter(pk=one.pk).update(**change))


def test_what_was_reported_is_not_taken_out_nor_opened_again(audits):
    one = audits.reported().findings.get()
    audits.proved(one)
    audits.verified(one)
    audits.act("chen")

    for act in (
        lambda: Finding.objects.filter(pk=one.pk).delete(),
        lambda: Finding.objects.filter(pk=one.pk).update(state="open", verified_on=None, verified_by=None),
        lambda: Finding.objects.filter(pk=one.pk).update(corrected=1),
    ):
        assert _refused(act)
    assert Finding.objects.get(pk=one.pk).state == Finding.State.VERIFIED


def test_what_a_draft_said_before_stays_whoever_takes_it_out(audits):
    audit = audits.in_the_field()
    one = audits.found(audit)
    actor = audits.act("chen")
    finding.change(
        actor=actor, at=AT, finding_id=one.pk, found=Found("budget", "改小", "改小了。", "会计", "", 1)
    )
    Finding.objects.filter(pk=one.pk).delete()

    kept = list(Earlier.objects.filter(engagement=audit).order_by("pk"))

    assert [(row.said["amount"], row.taken_out, row.by_user_id) for row in kept] == [
        (50_000, False, actor.user_id),
        (1, True, actor.user_id),
    ]
    assert _refused(lambda: Earlier.objects.all().delete())
    assert _refused(lambda: Earlier.objects.update(taken_out=False))


def _word(audits, audit, one, kind, by):
    return Word(
        id=new_id(), engagement=audit, finding=one, kind=kind, words="x", amount=0, said_at=AT + 30 * A_DAY,
        said_by=by, **planning.places_of(audit),
    )  # fmt: skip


def test_a_committee_answers_a_proof_in_its_own_name(audits):
    audit = audits.reported()
    one = audit.findings.get()
    me = audits.act("chen").user_id

    without = _refused(lambda: _word(audits, audit, one, "verified", me).save(force_insert=True))
    audits.proved(one)
    audits.act("chen")
    anothers = _refused(lambda: _word(audits, audit, one, "verified", me + 1).save(force_insert=True))
    audits.act("fang")
    fangs = audits.world.actors["fang"].user_id
    outsiders = _refused(lambda: _word(audits, audit, one, "returned", fangs).save(force_insert=True))

    assert "committee_answers_a_proof" in without
    assert "word_is_said_by_who_is_here" in anothers
    assert "committee_answers_a_proof" in outsiders


def test_samples_are_not_drawn_behind_the_services(audits):
    audit = audits.in_the_field()
    sample = audits.drawn(audit)
    audits.drafted_after_looking(audit, sample)
    audits.act("chen")
    sample.pk = new_id()

    assert "papers_are_written_in_the_field" in _refused(lambda: sample.save(force_insert=True))
    assert Sample.objects.count() == 1


def test_whoever_stepped_aside_does_not_end_that_themselves(audits):
    audit = audits.plan()
    recusal = planning.step_aside(
        actor=audits.act("fang"), at=AT, engagement_id=audit.pk, why=Recusal.Why.KIN
    )
    mine = Recusal.objects.filter(pk=recusal.pk)

    assert _refused(lambda: mine.update(ended_on=EARLIER_DAY))
    assert _refused(lambda: mine.update(user_id=1))
    audits.act("chen")
    assert mine.update(ended_on=EARLIER_DAY) == 1


def test_the_services_go_their_way_past_all_of_this(audits):
    audit = audits.reported()
    one = audit.findings.get()
    audits.proved(one)
    audits.verified(one)

    closed = stages.close(actor=audits.act("chen"), at=AT + 22 * A_DAY, engagement_id=audit.pk)

    assert closed.state == Engagement.State.CLOSED
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('zhijia_app', 'auditing_earlier', 'INSERT')")
        assert cursor.fetchone() == (False,)
