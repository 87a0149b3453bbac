"""An employer's own way, whole: it enters itself, objects, puts right, and reads its title; nobody else finds it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.appraisals.models import Entry, Objection, Opened, Run
from zhijia.appraisals.queries import entering as offering
from zhijia.appraisals.services import entering, naming, objecting, opening, publishing, settling
from zhijia.appraisals.services.opening import Task
from zhijia.appraisals.tests.test_employers import FIRMS, Firms
from zhijia.appraisals.tests.test_pages import PNG
from zhijia.appraisals.tests.world import AFTER, GOOD, LATER, again, publish
from zhijia.appraisals.tests.world import said as scheme
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.notices.models import Message
from zhijia.registry.models import Coverage, Employer, Membership
from zhijia.registry.services import representatives, retaining
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, member

FIRM = FIRMS["boss"][1]
TITLE = {
    "grades": ["home"],
    "list": "harmonious_title",
    "given": {
        "employer": "subject", "name": "name", "kind": "=firm", "level": "level", "grade": "=aaa",
        "named_on": "today", "reviewed_on": "today",
    },
    "review": "review",
}  # fmt: skip

GRADE = {"code": "home", "label": {"en": "Home", "zh": "合格"}, "at": "appraisals.lowest_at"}


class Own(Firms):
    """The two firms, and a run of a second appraisal in which employers enter themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.hands: dict[str, Any] = {}
        publish(code="test.own", subject="employer", begins=["self"], titles=[TITLE], grades=[GRADE])
        task = Task("test.own", "2026年和谐企业申报", date(2026, 1, 1), date(2026, 12, 31), "self")
        luyang = self.world.unions["luyang"]
        self.open: Run = opening.open_run(
            actor=self.act("luyang"), at=AT, union=luyang, task=task, once=uuid4()
        )
        boss = Employer.objects.get(name=FIRM)
        self.code = str(boss.credit_code)

    def entered(self) -> Entry:
        """The first firm has entered itself."""
        actor = self.act("boss")
        return entering.enter(actor=actor, at=AT, run_id=self.open.pk, text=self.code)

    def with_result(self, **marks: str) -> Entry:
        """It has its result."""
        entry = self.entered()
        self.scored_itself(entry, "boss")
        self.visited(entry, **marks)
        return settling.settle(actor=self.act("luyang"), at=AT, entry_id=entry.pk)

    def told(self, kind: str) -> int:
        """How many messages of this kind the firm's own account has."""
        self.act("boss")
        return Message.objects.filter(kind=kind).count()


@pytest.fixture
def own(db: Any, monkeypatch: pytest.MonkeyPatch) -> Own:
    hands: dict[str, Any] = {"at": AT}
    monkeypatch.setattr(days, "now", lambda: hands["at"])
    made = Own()
    made.hands = hands
    return made


def _page(name: str, *args: object) -> str:
    return reverse(f"appraisals:{name}", args=args)


def _said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_employer_enters_itself_on_its_own_page_once(own: Own) -> None:
    boss = own.browser("boss")
    menu = _said(boss, reverse("matters:for_enterprise"))
    shown = _said(boss, _page("own"))
    assert (_page("own") in menu, own.open.title in shown, own.code in shown) == (True, True, True)
    for _twice in range(2):
        answer = boss.post(_page("enter", own.open.pk), {"text": own.code})
        own.act("boss")
        entry = Entry.objects.get(run=own.open)
        assert answer["Location"] == _page("entry", entry.pk)
    assert (entry.state, entry.name, entry.begun_by) == ("begun", FIRM, own.world.actors["boss"].user_id)
    assert _page("enter", own.open.pk) not in _said(boss, _page("own"))
    own.act("factory")
    assert Message.objects.filter(kind="appraisal_entered").count() == 1


def test_an_employer_that_entered_scores_hands_in_and_objects_on_pages(own: Own) -> None:
    entry, boss = own.entered(), own.browser("boss")
    for item, said in GOOD.items():
        sent = {"said": said, "words": "见台账", "page": SimpleUploadedFile(f"{item}.png", PNG)}
        assert boss.post(_page("mark_item", entry.pk, "self", item), sent).status_code == 302
    boss.post(_page("hand_in", entry.pk, "self"))
    own.visited(entry, rooms="4")
    settling.settle(actor=own.act("luyang"), at=AT, entry_id=entry.pk)
    assert own.told("appraisal_scored") == 1

    page = _said(boss, _page("entry", entry.pk))
    assert ("visit:rooms" in page, "self:rooms" in page) == (True, False)
    sent = {"place": "visit:rooms", "words": "场所已经扩建"}
    wrong = boss.post(_page("entry_act", entry.pk, "object"), {**sent, "place": "self:rooms"})
    assert (wrong.status_code, "场所已经扩建" in wrong.content.decode()) == (422, True)
    assert boss.post(_page("entry_act", entry.pk, "object"), sent).status_code == 302
    assert "场所已经扩建" in _said(boss, _page("entry", entry.pk))
    own.act("luyang")
    objection = Objection.objects.get()
    objecting.answer(
        actor=own.act("luyang"), at=AT, objection_id=objection.pk, said="9", words="现场复看属实"
    )
    assert own.told("appraisal_answered") == 1
    assert "现场复看属实" in _said(boss, _page("entry", entry.pk))


def test_an_employer_objects_within_the_days_alone(own: Own) -> None:
    entry = own.with_result()
    words = {"part": "visit", "item": "rooms", "words": "不对"}
    with pytest.raises(Refusal, match=r"over|已过") as late:
        objecting.object_to(actor=own.act("boss"), at=LATER, entry_id=entry.pk, **words)
    assert late.value.code == "objection_over"
    own.hands["at"] = LATER
    assert _page("entry_act", entry.pk, "object") not in _said(own.browser("boss"), _page("entry", entry.pk))


def test_an_employer_puts_right_what_fell_short_with_what_shows_it(own: Own) -> None:
    entry = own.with_result(term="late")
    publishing.publish(actor=own.act("luyang"), at=LATER, run_id=entry.run_id)
    assert own.told("appraisal_to_mend") == 1
    own.hands["at"] = LATER
    opened = Opened.objects.get()
    boss = own.browser("boss")
    assert reverse("matters:case", args=[opened.case_id]) in _said(boss, _page("entry", entry.pk))
    assert "问题整改" in _said(boss, reverse("matters:for_enterprise"))
    proof = {"file-proof": SimpleUploadedFile("换届批复.png", PNG)}
    address = reverse("matters:add_material", args=[opened.case_id, "proof"])
    assert boss.post(address, proof).status_code == 302
    form = reverse("matters:form", args=[opened.case_id])
    assert boss.post(form, {"done": "已经召开换届大会", "asked-done": "1"}).status_code == 302
    check = _said(boss, reverse("matters:check", args=[opened.case_id]))
    assert "已经召开换届大会" in check
    boss.post(reverse("matters:check", args=[opened.case_id]), {"once": str(uuid4())})
    own.act("boss")
    case = Case.objects.get(pk=opened.case_id)
    assert case.steps.get(state="active").code == "verify"

    for name in ("rival", "mill", "couriers"):
        client = own.browser(name)
        pages = [reverse(f"matters:{page}", args=[opened.case_id]) for page in ("case", "form")]
        assert [client.get(page).status_code for page in pages] == [404, 404], name
        own.act(name)
        assert (Case.objects.count(), Opened.objects.count()) == (0, 0), name


def test_an_employer_reads_its_result_and_title_and_is_told_when_it_is_withdrawn(own: Own) -> None:
    entry = own.with_result()
    publishing.publish(actor=own.act("luyang"), at=LATER, run_id=entry.run_id)
    naming.finish(actor=own.act("second"), at=AFTER, entry_id=entry.pk)
    assert again(entry).grade == "home"
    told = ("appraisal_published", "appraisal_named")
    assert [own.told(kind) for kind in told] == [1, 1]
    boss = own.browser("boss")
    page = _said(boss, _page("entry", entry.pk))
    assert ("和谐" in page, again(entry).points in page) == (True, True)
    own.act("luyang")
    address = reverse("registers:row", args=[again(entry).named_in, again(entry).named_row])
    assert (address in page, boss.get(address).status_code) == (False, 404)
    naming.withdraw(actor=own.act("second"), at=AFTER, entry_id=entry.pk, reason="发生群体性争议")
    assert own.told("appraisal_withdrawn") == 1
    assert "发生群体性争议" in _said(boss, _page("entry", entry.pk))


def test_nobody_else_enters_an_employer_nor_objects_for_it(own: Own) -> None:
    for name in ("rival", "couriers", "mill"):
        actor = own.act(name)
        with pytest.raises(NotForYou):
            entering.enter(actor=actor, at=AT, run_id=own.open.pk, text=own.code)
        assert _page("enter", own.open.pk) not in _said(own.browser(name), _page("own")), name
    entry = own.with_result()
    words = {"part": "visit", "item": "rooms", "words": "不对"}
    for name in ("rival", "couriers", "mill"):
        actor = own.act(name)
        with pytest.raises(NotForYou):
            objecting.object_to(actor=actor, at=AT, entry_id=entry.pk, **words)
        assert Objection.objects.count() == 0
        sent = own.browser(name).post(
            _page("entry_act", entry.pk, "object"), {"place": "visit:rooms", "words": "不对"}
        )
        assert sent.status_code == 404, name


def test_an_account_whose_right_ended_or_that_only_keeps_its_membership_enters_nothing(own: Own) -> None:
    actor = own.act("boss")
    representatives.end(actor=actor, at=AT, representative_id=representatives.employers(actor, AT).get().pk)
    with pytest.raises(NotForYou):
        entering.enter(actor=own.act("boss"), at=AT, run_id=own.open.pk, text=own.code)
    kept = member(own.world, "kept", "factory", serial=41)
    standing = Membership.objects.get(person_id=kept.person_id)
    retaining.retain(
        actor=own.act("factory"),
        at=AT,
        membership_id=standing.pk,
        status="30",
        since=AT.date(),
        reason="退休",
    )
    with pytest.raises(NotForYou):
        entering.enter(actor=own.act("kept"), at=AT, run_id=own.open.pk, text=own.code)
    assert own.browser("kept").get(_page("own")).status_code == 404


def covered_until(day: date) -> None:
    """The firm is covered to this day, as a reorganisation would have it."""
    (firm,) = Employer.objects.filter(name=FIRM).values_list("pk", flat=True)
    ready.behind("UPDATE registry_coverage SET valid_to = %s WHERE employer_id = %s", [day, firm])


def test_an_employer_enters_only_what_is_open_to_employers_and_covers_it(own: Own) -> None:
    with pytest.raises(Refusal) as called:
        entering.enter(actor=own.act("boss"), at=AT, run_id=own.entry.run_id, text=own.code)
    assert called.value.code == "called_from_above"
    with pytest.raises(Refusal) as late:
        entering.enter(actor=own.act("boss"), at=AT.replace(year=2027), run_id=own.open.pk, text=own.code)
    assert late.value.code == "entry_over"
    covered_until(date(2026, 1, 1))
    with pytest.raises(Refusal) as uncovered:
        entering.enter(actor=own.act("boss"), at=AT, run_id=own.open.pk, text=own.code)
    assert uncovered.value.code == "nobody_of_this_name"


def test_an_employer_that_is_covered_for_some_time_still_enters_what_it_is_offered(own: Own) -> None:
    covered_until(AT.date() + timedelta(days=30))
    boss = own.browser("boss")
    assert _page("enter", own.open.pk) in _said(boss, _page("own"))

    answer = boss.post(_page("enter", own.open.pk), {"text": own.code})

    own.act("boss")
    assert answer["Location"] == _page("entry", Entry.objects.get(run=own.open).pk)


@pytest.mark.parametrize("begins", ["above", "all"])
def test_nobody_is_asked_for_a_self_score_where_the_appraisal_has_none(own: Own, begins: str) -> None:
    parts = [part for part in scheme()["parts"] if part["by"] != "self"]
    publish(code="test.judged", subject="employer", begins=[begins], titles=[], parts=parts)
    own.act("factory")
    before = Message.objects.filter(kind="appraisal_called").count()
    task = Task("test.judged", "2026年企业测评", date(2026, 1, 1), date(2026, 12, 31), begins)
    luyang = own.world.unions["luyang"]
    run = opening.open_run(actor=own.act("luyang"), at=AT, union=luyang, task=task, once=uuid4())
    if begins == "above":
        entering.call(actor=own.act("luyang"), at=AT, run_id=run.pk, text=own.code)

    own.act("factory")
    assert Message.objects.filter(kind="appraisal_takes_part").count() == 1
    assert Message.objects.filter(kind="appraisal_called").count() == before


def test_what_is_offered_costs_as_many_statements_however_many_unions_cover_the_employer(own: Own) -> None:
    boss, asked = Employer.objects.get(name=FIRM), []
    for also in ((), ("couriers", "mill")):
        for name in also:
            union = own.world.unions[name]
            ready.add(Coverage(union=union, employer=boss, valid_from=date(2020, 1, 1)))
        own.act("boss")
        with CaptureQueriesContext(connection) as seen:
            (offer,) = offering.offers([], [boss.pk], AT.date(), rows=20)
        assert offer.whom == [(own.code, FIRM)]
        asked.append(len(seen))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "marking"},
        {"name": "别的公司"},
        {"begun_by": 1},
        {"held": "x"},
        {"handed_at": AT},
        {"target": "rival"},
        {"run": "called"},
        {"place": "mill"},
        {"begun_at": AT.replace(year=2027)},
    ],
)
def test_the_database_takes_no_other_entry_from_an_employer(own: Own, change: dict[str, Any]) -> None:
    boss = Employer.objects.get(name=FIRM)
    rival = Employer.objects.get(name=FIRMS["rival"][1])
    actor = own.act("boss")
    union = own.world.unions[change.pop("place", "factory")]
    if "target" in change:
        change["target"] = str(rival.pk)
    run = own.entry.run if change.pop("run", "") else own.open
    said = {
        "run": run, "kind": "employer", "target": str(boss.pk), "name": FIRM, "state": "begun", "begun_at": AT,
        "begun_by": actor.user_id, "union_id": union.pk, "county_id": union.stands_in,
    }  # fmt: skip
    with (
        pytest.raises(Error, match=r"employers_enter_what_is_open|row-level security"),
        transaction.atomic(),
    ):
        Entry(**{**said, **change}).save(force_insert=True)


@pytest.mark.parametrize(
    "change", [{"part": "self"}, {"item": "nothing"}, {"user_id": 1}, {"state": "kept"}, {"place": "mill"}]
)
def test_the_database_takes_no_other_objection_from_an_employer(own: Own, change: dict[str, Any]) -> None:
    entry = own.with_result()
    actor = own.act("boss")
    union = own.world.unions[change.pop("place", "factory")]
    said = {
        "entry": entry, "part": "visit", "item": "rooms", "words": "不对", "raised_at": AT, "user_id": actor.user_id,
        "union_id": union.pk, "county_id": union.stands_in, "answer": "", "answered_at": AT,
    }  # fmt: skip
    if change.get("state"):
        said["answer"] = "x"
    with pytest.raises(Error, match=r"objection_is_to_a_result|row-level security"), transaction.atomic():
        Objection.objects.create(**{**said, **change})
