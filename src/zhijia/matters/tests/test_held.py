"""What the register holds is shown and not asked again, goes along with the request, and is for what it may be for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.catalogue import definitions
from zhijia.catalogue.matter_rules import Matter
from zhijia.matters.models import Answer, Case
from zhijia.matters.queries import file, mine
from zhijia.matters.services import asking, checking, handing_in, versions
from zhijia.matters.tests.test_member_pages import TYPED, browser, started
from zhijia.matters.tests.world import CODE, WORDS, aid, build_with_member, defined
from zhijia.registry.models import Person
from zhijia.registry.tests.world import AT, World


def _held(name: str, field: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": {"en": f"The {name}", "zh": f"{name}项"},
        "type": "held",
        "fills_from": field,
    }


HELD = [
    _held("who", "name"),
    _held("place", "union"),
    _held("work", "occupation"),
    _held("firm", "employer_name"),
    _held("tel", "phone"),
    _held("left", "hired_on"),
]


@pytest.fixture
def known(db: Any, tmp_path: Path) -> Iterator[World]:
    with defined(tmp_path, aid(form=[*HELD, *aid()["form"]])):
        yield build_with_member()


def _draft(world: World) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    typed = {"sum": "1200", "why": "家人住院", "ill": "no", "work": "boss", "tel": "13800000000"}
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    return case


def test_the_form_shows_it_and_does_not_ask(known: World) -> None:
    client, case = started(known)
    answer = client.get(reverse("matters:form", args=[case.pk]))
    page = answer.content.decode()
    for words in ("张小丰", "晨光机械工会", "焊工", "晨光机械有限公司"):
        assert words in page
    assert {one.name: said for one, said in answer.context["held"]}["left"] == ""
    assert "还没有登记" in page
    assert "firm" not in answer.context["form"].fields
    assert reverse("matters:matter", args=["correction"]) in page
    known.act("member")
    phone = Answer.objects.filter(case=case)
    assert not phone.exists()
    sent = client.post(reverse("matters:form", args=[case.pk]), {**TYPED, "who": "别人"})
    assert sent["location"] == reverse("matters:check", args=[case.pk])


def test_what_somebody_types_in_its_place_is_not_taken(known: World) -> None:
    case = _draft(known)
    assert not Answer.objects.filter(case=case, name__in=["work", "tel"]).exists()
    done = handing_in.submit(actor=known.act("member"), at=AT, case_id=case.pk, key=uuid4())
    assert Answer.objects.get(case=done, name="work").value == "welder"


def test_it_goes_along_as_it_stood_and_officers_and_papers_have_it(known: World) -> None:
    case = handing_in.submit(actor=known.act("member"), at=AT, case_id=_draft(known).pk, key=uuid4())
    Person.objects.filter(pk=case.person_id).update(employer_name="另一家公司")
    known.act("factory")
    matter = versions.definition(case.version)
    rows = {str(one.label.zh): one for one in file.answers(case, matter, AT) if one.held}
    assert (rows["firm项"].words, rows["work项"].words) == ("晨光机械有限公司", "焊工")
    assert rows["tel项"].words.startswith("169****")
    assert ("firm项", "晨光机械有限公司") in [
        (label.zh, words) for label, words in mine.answers(case, matter, AT)
    ]
    page = browser(known, "factory").get(reverse("matters:file", args=[case.pk])).content.decode()
    assert "来自会员登记" in page


def test_of_a_phone_the_mask_alone_is_kept(known: World) -> None:
    case = handing_in.submit(actor=known.act("member"), at=AT, case_id=_draft(known).pk, key=uuid4())
    assert "*" in Answer.objects.get(case=case, name="tel").value


def test_a_condition_may_go_by_it(db: Any, tmp_path: Path) -> None:
    more = {"name": "torch", "label": WORDS, "type": "text", "when": "answers.work == 'welder'"}
    other = {"name": "wheel", "label": WORDS, "type": "text", "when": "answers.work == 'driver'"}
    with defined(tmp_path, aid(form=[*HELD, *aid()["form"], more, other])):
        world = build_with_member()
        client, case = started(world)
        fields = client.get(reverse("matters:form", args=[case.pk])).context["form"].fields
        assert ("torch" in fields, "wheel" in fields) == (True, False)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "asked again all the same": (
        {"name": "occupation", "label": WORDS, "type": "text"},
        "the register holds",
    ),
    "held for another purpose": (_held("school", "education"), "education is held for employment_facts"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_definition_that_may_not_is_refused(kind: str) -> None:
    question, words = BAD[kind]
    matter = Matter.model_validate(aid(form=[question, *aid()["form"]]))
    assert any(words in said for said in checking.problems_of(matter, definitions.load()))


@pytest.mark.parametrize(
    "question",
    [
        {"name": "a", "label": WORDS, "type": "held"},
        {"name": "a", "label": WORDS, "type": "text", "fills_from": "name"},
        _held("a", "id_number"),
        {**_held("a", "phone"), "sealed": True},
    ],
)
def test_what_is_held_names_a_field_that_can_be_shown(question: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="held"):
        Matter.model_validate(aid(form=[question, *aid()["form"]]))
