"""Whoever acts for an employer scores it on a phone, hands that in and reads the result; nobody else does."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.models import Entry, Filled, Mark, Proof
from zhijia.appraisals.services import entering, opening, settling
from zhijia.appraisals.services.opening import Task
from zhijia.appraisals.tests.test_pages import PNG
from zhijia.appraisals.tests.world import GOOD, Homes, again, publish
from zhijia.kernel import days
from zhijia.kernel.codes import synthetic_employer_code
from zhijia.kernel.errors import NotForYou
from zhijia.notices.models import Message
from zhijia.registry.models import Coverage, Employer
from zhijia.registry.services import representatives
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, worker

FIRMS = {"boss": ("factory", "晨光机械有限公司"), "rival": ("mill", "新河纺织有限公司")}


class Firms(Homes):
    """Two firms with somebody who acts for each; the first is appraised."""

    def __init__(self) -> None:
        super().__init__()
        publish(code="test.firm", subject="employer", begins=["above"], titles=[])
        for number, (name, (union, firm)) in enumerate(FIRMS.items()):
            code = synthetic_employer_code(number)
            where = self.world.unions[union]
            made = Employer.objects.create(name=firm, credit_code=code, division=where.division)
            ready.add(Coverage(union=where, employer=made, valid_from=date(2020, 1, 1)))
            account = worker(self.world, name)
            above = "luyang" if union == "factory" else "shushan"
            representatives.appoint(
                actor=self.act(above), at=AT, user_id=account.user_id or 0, union=self.world.unions[above],
                name=firm, credit_code=code,
            )  # fmt: skip
        task = Task("test.firm", "2026年和谐企业", date(2026, 1, 1), date(2026, 12, 31), "above")
        luyang = self.world.unions["luyang"]
        run = opening.open_run(actor=self.act("luyang"), at=AT, union=luyang, task=task, once=uuid4())
        self.entry = entering.call(actor=self.act("luyang"), at=AT, run_id=run.pk, text=FIRMS["boss"][1])

    def browser(self, name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=self.world.actors[name].user_id))
        return client


@pytest.fixture
def firms(db: Any, monkeypatch: pytest.MonkeyPatch) -> Firms:
    monkeypatch.setattr(days, "now", lambda: AT)
    return Firms()


def _page(name: str, *args: object) -> str:
    return reverse(f"appraisals:{name}", args=args)


def _scored(firms: Firms) -> None:
    boss, entry = firms.browser("boss"), firms.entry
    for item, said in GOOD.items():
        sent = {"said": said, "words": "见台账", "page": SimpleUploadedFile(f"{item}.png", PNG)}
        answer = boss.post(_page("mark_item", entry.pk, "self", item), sent)
        assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert boss.post(_page("hand_in", entry.pk, "self"))["Location"] == _page("entry", entry.pk)


def test_an_employer_is_told_scores_itself_with_photos_and_reads_the_result(firms: Firms) -> None:
    boss, entry = firms.browser("boss"), firms.entry
    firms.act("boss")
    assert Message.objects.filter(kind="appraisal_called").count() == 1
    assert FIRMS["boss"][1] in boss.get(_page("own")).content.decode()
    shown = boss.get(_page("marks", entry.pk, "self")).content.decode()
    assert ("平台" not in shown, "staff.css" not in shown) == (True, True)
    _scored(firms)
    firms.act("boss")
    assert again(entry).state == "marking"
    assert boss.get(reverse("files:stored_file", args=[Proof.objects.first().file_id])).status_code == 200  # type: ignore[union-attr]
    firms.visited(entry)
    firms.act("boss")
    assert not Mark.objects.filter(part="visit").exists()
    settling.settle(actor=firms.act("luyang"), at=AT, entry_id=entry.pk)
    page = boss.get(_page("entry", entry.pk)).content.decode()
    assert again(entry).points in page


def test_nobody_else_finds_what_an_employer_scores(firms: Firms) -> None:
    entry = firms.entry
    _scored(firms)
    firms.act("boss")
    picture = reverse("files:stored_file", args=[Proof.objects.order_by("pk")[0].file_id])
    for name in ("rival", "couriers", "mill"):
        client = firms.browser(name)
        asked = [_page("entry", entry.pk), _page("marks", entry.pk, "self"), picture]
        found = [client.get(address).status_code for address in asked]
        found.append(client.post(_page("mark_item", entry.pk, "self", "rooms"), {"said": "1"}).status_code)
        assert found == [404] * 4, name
        firms.act(name)
        assert [kind.objects.count() for kind in (Entry, Mark, Proof)] == [0, 0, 0], name
    boss = firms.browser("boss")
    acts = ("settle", "leave_out", "name", "answer", "finish", "withdraw")
    assert {boss.post(_page("entry_act", entry.pk, act)).status_code for act in acts} == {404}
    assert boss.get(_page("marks", entry.pk, "visit")).status_code == 404
    assert boss.get(_page("run", entry.run_id)).status_code == 404


def test_what_shows_a_score_stands_once_it_was_handed_in_and_is_added_by_nobody_else(firms: Firms) -> None:
    _scored(firms)
    firms.act("boss")
    proof = Proof.objects.order_by("pk")[0]
    said = {"item": proof.item, "part": "self", "sha256": "x", "name": "x", "added_at": AT}
    place = {"union_id": firms.entry.union_id, "county_id": firms.entry.county_id, "entry_id": firms.entry.pk}

    with pytest.raises(Error, match="self_score_stands_once_handed_in"), transaction.atomic():
        proof.delete()
    for name in ("boss", "rival"):
        actor = firms.act(name)
        with pytest.raises(Error, match="self_score_stands_once_handed_in"), transaction.atomic():
            Proof.objects.create(**said, **place, file_id=uuid4(), user_id=actor.user_id or 0)


def test_whoever_no_longer_acts_for_the_employer_is_a_stranger(firms: Firms) -> None:
    boss = firms.browser("boss")
    actor = firms.act("boss")
    acting = representatives.employers(actor, AT).get()
    representatives.end(actor=actor, at=AT, representative_id=acting.pk)
    assert boss.get(_page("entry", firms.entry.pk)).status_code == 404
    assert boss.get(_page("own")).status_code == 404
    firms.act("boss")
    with pytest.raises(NotForYou):
        settling.settle(actor=actor, at=AT, entry_id=firms.entry.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "out", "reason": "x"},
        {"state": "scored", "result": 10000},
        {"grade": "model"},
        {"held": "x"},
        {"name": "别的公司"},
        {"state": "marking", "handed_by": 1},
    ],
)
def test_an_employer_changes_nothing_of_its_entry_but_hands_it_in(firms: Firms, change: Any) -> None:
    firms.act("boss")
    with pytest.raises(Error, match=r"employers_only_hand_in|entry_goes_its_way"), transaction.atomic():
        Entry.objects.filter(pk=firms.entry.pk).update(**change)


@pytest.mark.parametrize(("part", "item", "most"), [("members", "joined", 1000), ("visit", "rooms", 1000)])
def test_an_employer_marks_nothing_but_its_own_part(firms: Firms, part: str, item: str, most: int) -> None:
    actor = firms.act("boss")
    place = {"union_id": firms.entry.union_id, "county_id": firms.entry.county_id}
    mark = Mark(
        entry=firms.entry, part=part, item=item, said="10", points=most, most=most, user_id=actor.user_id,
        made_at=AT, shown=True, **place,
    )  # fmt: skip
    with (
        pytest.raises(Error, match=r"figures_mark_for_themselves|mark_is_of_its_assessor"),
        transaction.atomic(),
    ):
        mark.save(force_insert=True)
    filled = Filled(entry=firms.entry, item=item, value=9, said="9", taken_at=AT, **place)
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        filled.save(force_insert=True)
