"""The member's pages: begin, type, check, hand in, see where it is; and what strangers find."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.matters.models import Case, Material
from zhijia.matters.services import deciding
from zhijia.matters.tests.world import CODE, WORDS, aid, asked, build_with_member, defined, here
from zhijia.registry.tests.world import AT, World, member

TYPED = {
    "sum": "1200",
    "why": "家人住院",
    "ill": "no",
    **{f"asked-{name}": "1" for name in ("sum", "why", "ill")},
}


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def started(world: World) -> tuple[Client, Case]:
    client = browser(world, "member")
    answer = client.post(reverse("matters:matter", args=[CODE]))
    assert answer.status_code == 302
    world.act("member")
    return client, Case.objects.get(code=CODE)


def test_what_can_be_asked_for_is_found_by_its_words(world: World) -> None:
    client = browser(world, "member")
    assert "困难补助" in client.get(reverse("web:services"), {"q": "补助"}).content.decode()
    assert "困难补助" not in client.get(reverse("web:services"), {"q": "驿站"}).content.decode()


def test_a_request_is_begun_typed_checked_and_handed_in(world: World) -> None:
    client, case = started(world)
    answer = client.post(reverse("matters:form", args=[case.pk]), TYPED)
    assert answer["location"] == reverse("matters:check", args=[case.pk])
    page = client.get(answer["location"]).content.decode()
    assert "家人住院" in page
    assert "1200.00" in page
    client.post(answer["location"], {"once": str(uuid4())})
    world.act("member")
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    page = client.get(reverse("matters:case", args=[case.pk])).content.decode()
    assert case.number in page
    assert world.unions["factory"].name in page


def test_a_question_that_comes_up_is_asked_before_one_goes_on(world: World) -> None:
    client, case = started(world)
    answer = client.post(reverse("matters:form", args=[case.pk]), {**TYPED, "ill": "yes"})
    assert answer.status_code == 200
    assert "医院" in answer.content.decode()


def test_what_cannot_be_right_is_said_beside_the_question_and_kept_on_the_page(world: World) -> None:
    client, case = started(world)
    answer = client.post(reverse("matters:form", args=[case.pk]), {**TYPED, "sum": "很多"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "很多" in page
    assert "1200.50" in page


def test_columns_the_server_owns_are_not_taken_from_a_form(world: World) -> None:
    client, case = started(world)
    client.post(
        reverse("matters:form", args=[case.pk]), {**TYPED, "state": "granted", "amount": "1", "union_id": "1"}
    )
    world.act("member")
    case.refresh_from_db()
    assert (case.state, case.amount, case.union_id) == (Case.State.DRAFT, None, world.unions["factory"].pk)


@pytest.mark.parametrize("page", ["case", "form", "check"])
@pytest.mark.parametrize("who", ["factory", "couriers"])
def test_only_whoever_asked_finds_their_own_pages(world: World, page: str, who: str) -> None:
    _client, case = started(world)
    assert browser(world, who).get(reverse(f"matters:{page}", args=[case.pk])).status_code == 404


def test_a_photo_goes_along_and_is_opened_by_who_may_see_the_case(world: World) -> None:
    client, case = started(world)
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    picture.seek(0)
    picture.name = "photo.jpg"
    answer = client.post(
        reverse("matters:add_material", args=[case.pk, "unasked"]), {"file-unasked": picture}
    )
    assert answer["location"] == reverse("matters:check", args=[case.pk])
    world.act("member")
    assert not Material.objects.exists()


def test_a_refused_request_says_why_to_whoever_asked(world: World) -> None:
    case = asked(world)
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="本年度已补助")
    page = browser(world, "member").get(reverse("matters:case", args=[case.pk])).content.decode()
    assert "本年度已补助" in page


def test_a_list_of_requests_asks_the_database_a_handful_of_times(
    world: World, django_assert_max_num_queries: object
) -> None:
    for _number in range(3):
        asked(world)
    client = browser(world, "member")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert client.get(reverse("matters:mine")).status_code == 200


def test_what_is_typed_is_kept_at_once_and_the_page_stays_as_it_is(world: World) -> None:
    client, case = started(world)
    kept = client.post(reverse("matters:form", args=[case.pk]), TYPED, headers={"hx-request": "true"})
    assert (kept.status_code, kept["HX-Retarget"]) == (200, "#still")
    assert "<form" not in kept.content.decode()
    page = client.get(reverse("matters:form", args=[case.pk])).content.decode()
    assert "家人住院" in page
    more = client.post(
        reverse("matters:form", args=[case.pk]), {**TYPED, "ill": "yes"}, headers={"hx-request": "true"}
    ).content.decode()
    assert "医院" in more
    assert "家人住院" in more


@pytest.fixture
def with_photo(tmp_path: Path) -> Iterator[None]:
    proof = {"code": "proof", "label": WORDS, "example": WORDS, "most": 2}
    with defined(tmp_path, aid(materials=[proof])):
        yield


def _picture() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (8, 8)).save(kept, "JPEG")
    return kept.getvalue()


HOSTILE = {
    "nothing in it": ("empty.jpg", b""),
    "a program called a photo": ("photo.jpg", b"MZ\x90\x00" + b"\x00" * 200),
    "a page called a paper": ("paper.pdf", b"<html><script>alert(1)</script></html>"),
    "a drawing with script": ("mark.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "half a photo": ("photo.jpg", _picture()[:60]),
    "a name that climbs": ("../../etc/passwd", b"root:x:0:0"),
    "a sheet": ("sheet.csv", "姓名,身份证号\n张三,1\n".encode()),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_photo_or_pdf_is_refused_with_a_sentence(
    db: Any, with_photo: None, kind: str
) -> None:
    world = build_with_member()
    client, case = started(world)
    name, content = HOSTILE[kind]
    file = BytesIO(content)
    file.name = name
    answer = client.post(
        reverse("matters:add_material", args=[case.pk, "proof"]), {"file-proof": file}, follow=True
    )
    assert answer.status_code == 200
    assert list(answer.context["messages"])
    world.act("member")
    assert not Material.objects.exists()


def test_a_file_that_is_too_big_is_refused(
    db: Any, with_photo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_with_member()
    client, case = started(world)
    most = parameters.value("files.max_bytes", day=AT.date())
    file = BytesIO(b"%PDF-1.7\n" + b"0" * most)
    file.name = "big.pdf"
    client.post(reverse("matters:add_material", args=[case.pk, "proof"]), {"file-proof": file})
    world.act("member")
    assert not Material.objects.exists()


def test_the_same_photo_twice_is_once_and_another_member_opens_it_not(db: Any, with_photo: None) -> None:
    world = build_with_member()
    client, case = started(world)
    for _time in range(3):
        file = BytesIO(_picture())
        file.name = "photo.jpg"
        client.post(reverse("matters:add_material", args=[case.pk, "proof"]), {"file-proof": file})
    world.act("member")
    (kept,) = Material.objects.all()
    assert client.get(reverse("files:stored_file", args=[kept.file_id])).status_code == 200
    member(world, "other", "factory", serial=43)
    other = browser(world, "other")
    assert other.get(reverse("files:stored_file", args=[kept.file_id])).status_code == 404
    address = reverse("matters:remove_material", args=[case.pk, kept.pk])
    assert other.post(address).status_code == 404
    client.post(address)
    world.act("member")
    assert not Material.objects.exists()


def test_a_photo_that_was_chosen_goes_along_when_the_request_is_handed_in(db: Any, with_photo: None) -> None:
    world = build_with_member()
    client, case = started(world)
    client.post(reverse("matters:form", args=[case.pk]), TYPED)
    file = BytesIO(_picture())
    file.name = "photo.jpg"
    client.post(reverse("matters:check", args=[case.pk]), {"once": str(uuid4()), "file-proof": file})
    world.act("member")
    case.refresh_from_db()
    assert (case.state, Material.objects.count()) == (Case.State.OPEN, 1)


@pytest.mark.parametrize("words", ["讨薪", "漏电", "学费"])
def test_a_request_is_found_by_the_words_of_workers(world: World, words: str) -> None:
    page = browser(world, "member").get(reverse("web:services"), {"q": words}).content.decode()
    assert "/requests/new/" in page


def test_a_matter_that_begins_where_it_is_named_asks_which_union_on_its_own_page(
    world: World, tmp_path: Path
) -> None:
    with defined(tmp_path / "named", aid(begins="named", version=2)):
        client, address = browser(world, "member"), reverse("matters:matter", args=[CODE])
        assert 'name="union"' in client.get(address).content.decode()
        named = client.post(address, {"union": world.unions["luyang"].code})
        world.act("member")
        case = Case.objects.get(code=CODE)
        assert named["location"] == reverse("matters:form", args=[case.pk])
        assert case.union_id == world.unions["luyang"].pk
        assert client.post(address)["location"] == named["location"]
