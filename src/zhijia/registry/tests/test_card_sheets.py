"""Cards on paper: who agreed to one, the number and a QR that can be checked, Chinese letters in the file."""

import io
import uuid

import pypdf
import pytest

from zhijia.kernel import documents
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.models import Card
from zhijia.registry.services import cards
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.exports.wishes import AT, ask, content, make, people
from zhijia.registry.tests.rosters import small_world


@pytest.fixture
def world(committed):
    return small_world()


def with_card(world, person_id, number, agreed=True):
    """A card of somebody, made in the tables."""
    from zhijia.registry.models import Consent

    union = world.unions["factory"]
    place = {"union_id": union.pk, "county_id": union.county_id}
    Card.objects.using("bulk").create(person_id=person_id, number=number, issued_at=AT, **place)
    if agreed:
        Consent.objects.using("bulk").create(
            person_id=person_id, purpose="card", text_version="1", given_at=AT, channel="page", **place
        )


def sheet(world, ids):
    asked = ask(world, table="cards", format="pdf", filters={"people": map(str, ids)}, reason="发卡")
    made = make(world, asked)
    return made, pypdf.PdfReader(io.BytesIO(content(world, made)))


def fonts(reader):
    return {
        font.get_object()["/BaseFont"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }


def test_the_sheet_holds_name_union_and_number_in_our_font(world):
    first, second, third = people(world, 3)
    with_card(world, first, "60000000000015")
    with_card(world, second, "60000000000023")

    made, reader = sheet(world, [first, second, third])

    text = "".join(page.extract_text() for page in reader.pages)
    for said in ("张小丰甲", "张小丰乙", world.unions["factory"].name, "60000000000015", "60000000000023"):
        assert said in text, said
    assert "张小丰丙" not in text
    assert all(name.endswith("NotoSansSC-Regular") for name in fonts(reader))
    assert (made.rows, made.clear, made.purpose) == (2, True, "card")


def test_twelve_cards_are_two_sheets(world):
    ids = people(world, 12)
    for number, person in enumerate(ids):
        with_card(world, person, f"6000000000{number:04d}")

    _made, reader = sheet(world, ids)

    assert len(reader.pages) == 2


def test_who_took_the_agreement_back_gets_no_card_printed(world):
    (person,) = people(world, 1)
    with_card(world, person, "60000000000015", agreed=False)

    with pytest.raises(Refusal) as refusal:
        sheet(world, [person])

    assert refusal.value.code == "nothing_to_export"


def test_members_of_another_union_are_left_out(world):
    (ours,), (theirs,) = people(world, 1), people(world, 1, "mill", "外")
    with_card(world, ours, "60000000000015")
    with_card(world, theirs, "60000000000023")

    made, reader = sheet(world, [ours, theirs, uuid.uuid4()])

    assert made.rows == 1
    assert "60000000000023" not in reader.pages[0].extract_text()


def test_an_auditor_prints_no_cards(world):
    with acting(world.actors["founder"]):
        worlds.appoint(world, "factory", "auditor", "auditor")
    (person,) = people(world, 1)
    with_card(world, person, "60000000000015")

    with pytest.raises(NotForYou):
        ask(world, "auditor", union="factory", table="cards", format="pdf",
            filters={"people": [str(person)]}, reason="x")  # fmt: skip


def test_a_printed_code_is_good_until_the_card_ends_and_no_other_is(world):
    (person,) = people(world, 1)
    with_card(world, person, "60000000000015")

    with acting(world.actors["factory"]) as actor:
        card = Card.objects.get()
        code = cards.printed_code(card)
        assert cards.read_code(code, AT) == card
        assert cards.read_code(code[:-1] + ("0" if code[-1] != "0" else "1"), AT) is None
        assert cards.read_code(f"{uuid.uuid4().hex}.p.{code.rsplit('.', 1)[1]}", AT) is None
        assert cards.read_code(f"nothing.p.{code.rsplit('.', 1)[1]}", AT) is None
        cards.end(actor=actor, at=AT, person_id=person)
        assert cards.read_code(code, AT) is None


def test_the_font_is_the_one_its_source_names():
    import hashlib

    told = (documents.FONTS / "SOURCES.md").read_text(encoding="utf-8")
    digest = hashlib.sha256((documents.FONTS / "NotoSansSC-Regular.ttf").read_bytes()).hexdigest()

    assert digest in told
    assert "SIL OPEN FONT LICENSE" in (documents.FONTS / "LICENSE-NotoSansSC.txt").read_text().upper()


def test_half_a_name_is_nobodys_card(world):
    from zhijia.registry.models import Person

    (person,) = people(world, 1)
    with_card(world, person, "60000000000015")
    Person.objects.using("bulk").filter(pk=person).update(name="张\U0002a6df")

    asked = ask(world, table="cards", format="pdf", filters={"people": [str(person)]}, reason="发卡")
    made = make(world, asked)

    assert (made.state, made.failure, made.file_id) == ("failed", "letters_lacking", None)
