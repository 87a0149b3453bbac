"""An answer to a question that is no longer asked waits in the draft, and is no part of what is handed in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.matters.models import Answer, Case
from zhijia.matters.queries import file, mine
from zhijia.matters.services import asking, deciding, handing_in, versions
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, WORDS, aid, build_with_member, defined, here
from zhijia.registry.tests.world import AT, World
from zhijia.vault.models import Secret

FORM = [
    {"name": "ill", "label": WORDS, "type": "yes_no"},
    {"name": "sum", "label": WORDS, "type": "money", "when": "answers.ill"},
    {"name": "stay", "label": WORDS, "type": "yes_no", "when": "answers.ill"},
    {"name": "days", "label": {"en": "Days there", "zh": "住院天数"}, "type": "whole", "when": "answers.stay"},
    {"name": "secret", "label": WORDS, "type": "text", "sealed": True, "when": "answers.ill", "required": False},
]  # fmt: skip
ILL = {"ill": "yes", "sum": "9000", "stay": "yes", "days": "12", "secret": "甲状腺"}


@pytest.fixture
def ill(db: Any, tmp_path: Path) -> Iterator[World]:
    paper = {"code": "bill", "label": WORDS, "example": WORDS, "when": "answers.stay"}
    with defined(tmp_path, aid(form=FORM, materials=[paper])):
        yield build_with_member()


def _draft(world: World, **typed: str) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={**ILL, **typed})
    return case


def _handed_in(world: World, case: Case) -> Case:
    return handing_in.submit(actor=world.act("member"), at=AT, case_id=case.pk, key=uuid4())


def test_what_is_not_asked_counts_neither_as_amount_nor_as_ground_nor_on_paper(ill: World) -> None:
    case = _handed_in(ill, _draft(ill, ill="no"))
    assert case.amount is None
    assert set(Answer.objects.filter(case=case).values_list("name", flat=True)) == {"ill"}
    assert not Secret.objects.filter(person_id=case.person_id, kind=_kind()).exists()
    matter = versions.definition(case.version)
    assert [label for label, _words in mine.answers(case, matter, AT)] == [matter.form[0].label]
    deciding.approve(actor=ill.act("factory"), at=AT, step_id=here(case).pk)
    deciding.approve(actor=ill.act("luyang"), at=AT, step_id=here(case).pk)
    case.refresh_from_db()
    assert case.state == Case.State.GRANTED  # 9,000 yuan would have gone on to the city


def _kind() -> int:
    from zhijia.vault import kinds

    return kinds.get(asking.VALUE).number


def test_a_change_of_mind_brings_the_answers_back(ill: World) -> None:
    case = _draft(ill, ill="no")
    matter = versions.definition(case.version)
    assert len(mine.answers(case, matter, AT)) == 1
    page = browser(ill, "member").get(reverse("matters:form", args=[case.pk])).content.decode()
    assert "住院天数" not in page
    actor = ill.act("member")
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"ill": "yes"})
    assert len(mine.answers(case, matter, AT)) == len(FORM)


def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked_either(ill: World) -> None:
    """The draft still holds a stay in hospital; since nobody is ill, neither the days nor the bill are wanted."""
    case = _draft(ill, ill="no")
    Answer.objects.filter(case=case, name="days").delete()
    assert _handed_in(ill, case).state == Case.State.OPEN


def test_while_something_is_added_officers_read_what_is_asked(ill: World) -> None:
    case = _handed_in(ill, _draft(ill, stay="no"))
    deciding.ask_for_more(actor=ill.act("factory"), at=AT, step_id=here(case).pk, reason="请补充")
    asking.keep(actor=ill.act("member"), at=AT, case_id=case.pk, typed={"ill": "no"})
    ill.act("factory")
    case.refresh_from_db()
    assert len(file.answers(case, versions.definition(case.version), AT)) == 1
    handing_in.complete(actor=ill.act("member"), at=AT, case_id=case.pk)
    assert set(Answer.objects.filter(case=case).values_list("name", flat=True)) == {"ill"}


def test_what_is_wrong_in_a_question_that_is_not_asked_keeps_nobody_back(ill: World) -> None:
    case = _draft(ill, ill="no")
    Answer.objects.filter(case=case, name="sum").update(value=None, typed="很多")
    assert _handed_in(ill, case).state == Case.State.OPEN
