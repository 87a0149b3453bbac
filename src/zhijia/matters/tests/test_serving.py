"""Serving an outside party: one token, one step, one answer; the worker's name never leaves; no reply goes up."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Decision, Served, Step
from zhijia.matters.services import deciding, late, serving
from zhijia.matters.tests.kept import at_once, world_of
from zhijia.matters.tests.world import aid, asked, here
from zhijia.registry.tests.world import AT, World

VISITOR = Actor(None, "page", "visitor")


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    matter = aid()
    reply = {"parameter": "matter.employer_reply_days", "unit": "days"}
    serve = {
        **matter["steps"][0],
        "code": "letter",
        "does": "serve",
        "serving": {"party": "employer", "reply": reply},
    }
    with world_of(tmp_path, {**matter, "steps": [serve, *matter["steps"][1:]]}) as world:
        yield world


def _served(kept: World) -> tuple[Case, Step, str]:
    with context.acting(kept.actors["member"]):
        case = asked(kept)
    officer = kept.actors["factory"]
    with context.acting(officer):
        step = here(case)
        token = serving.serve(
            actor=officer, at=AT + timedelta(days=1), step_id=step.pk, party_name="晨光机械有限公司"
        )
        step.refresh_from_db()
    return case, step, token


def _answer(token: str, text: str = "已整改") -> None:
    with context.acting(VISITOR):
        serving.answer(actor=VISITOR, at=AT + timedelta(days=2), token=token, text=text)


def _here(kept: World, case: Case) -> str:
    with context.acting(kept.actors["member"]):
        return here(case).code


def test_the_reply_clock_begins_when_it_is_served(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = asked(kept)
        before = here(case).due_at
    officer = kept.actors["factory"]
    with context.acting(officer):
        serving.serve(actor=officer, at=AT + timedelta(days=10), step_id=here(case).pk, party_name="晨光机械")
        after = here(case).due_at
    assert before is not None
    assert after is not None
    assert after > before


def test_the_party_reads_who_asks_and_by_when_and_never_the_worker(kept: World) -> None:
    case, _step, token = _served(kept)
    page = Client().get(f"/reply/{token}/")
    words = page.content.decode()
    assert "晨光机械工会" in words
    assert "张小丰" not in words
    assert case.number not in words
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    with context.acting(VISITOR):
        assert not Case.objects.exists()
        assert not Served.objects.exists()


def test_an_answer_on_the_page_moves_the_case_on_and_is_kept(kept: World) -> None:
    case, _step, token = _served(kept)
    assert Client().post(f"/reply/{token}/", {"answer": "已整改，附照片"}).status_code == 302
    assert _here(kept, case) == "county"
    with context.acting(kept.actors["luyang"]):
        assert Served.objects.get().answer == "已整改，附照片"
        assert list(Decision.objects.filter(case=case).values_list("verdict", "by_user_id")) == [
            ("answer", None)
        ]


def test_the_same_answer_64_times_is_one(kept: World) -> None:
    case, _step, token = _served(kept)
    at_once(*[lambda: _answer(token)] * 64)
    assert _here(kept, case) == "county"
    with context.acting(kept.actors["luyang"]):
        assert Decision.objects.filter(case=case).count() == 1


def test_serving_again_makes_the_former_link_void(kept: World) -> None:
    case, step, token = _served(kept)
    officer = kept.actors["factory"]
    with context.acting(officer):
        again = serving.serve(actor=officer, at=AT, step_id=step.pk, party_name="晨光机械有限公司")
    with pytest.raises(NotForYou):
        _answer(token)
    _answer(again)
    assert _here(kept, case) == "county"


def test_a_token_opens_nothing_once_the_step_ended_without_an_answer(kept: World) -> None:
    case, step, token = _served(kept)
    officer = kept.actors["factory"]
    with context.acting(officer):
        deciding.refuse(actor=officer, at=AT, step_id=step.pk, reason="申请人已撤诉")
    with pytest.raises(NotForYou):
        _answer(token)
    assert Client().get(f"/reply/{token}/").status_code == 404
    assert Client().get("/reply/nobody-has-this-one/").status_code == 404
    with context.acting(kept.actors["member"]):
        assert Case.objects.get(pk=case.pk).state == "refused"


def test_no_reply_is_taken_up_by_the_union_above(kept: World) -> None:
    _case, step, token = _served(kept)
    assert step.due_at is not None
    assert late.take_up(at=step.due_at) == 1
    with context.acting(kept.actors["luyang"]):
        step = Step.objects.get(pk=step.pk)
    assert (step.seat_id, step.from_seat_id) == (kept.unions["luyang"].pk, kept.unions["factory"].pk)
    _answer(token)


@pytest.mark.parametrize("text", ["", "  ", "长" * 4001])
def test_an_empty_or_endless_answer_is_refused(kept: World, text: str) -> None:
    case, _step, token = _served(kept)
    with pytest.raises(Refusal) as bad:
        _answer(token, text)
    assert (bad.value.code, _here(kept, case)) == ("answer_length", "letter")


def test_an_officer_of_another_union_serves_nothing(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        step = here(asked(kept)).pk
    with context.acting(kept.actors["mill"]), pytest.raises(NotForYou):
        serving.serve(actor=kept.actors["mill"], at=AT, step_id=step, party_name="晨光机械")


def test_the_token_is_nowhere_kept(kept: World, owner_sql: Any) -> None:
    _case, _step, token = _served(kept)
    ((digest,),) = owner_sql("SELECT token_digest FROM matters_served")
    assert token.encode() not in bytes(digest)
    assert len(bytes(digest)) == 32


def test_a_proof_is_opened_through_the_case_alone(kept: World) -> None:
    _case, step, _token = _served(kept)
    officer = kept.actors["factory"]
    with context.acting(officer):
        slip = BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
        file_id = serving.add_proof(
            actor=officer, at=days.now(), step_id=step.pk, content=slip, name="slip.pdf"
        )
        assert Served.objects.get(step=step).proof_file == file_id
