"""Documents are set with our own font, and what it lacks is known before anything is printed."""

from datetime import UTC, datetime

import pypdf
import pytest

from zhijia.kernel import documents

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PAGE = '#let given = json(bytes(sys.inputs.values))\n#set text(font: "Noto Sans SC")\n#given.words\n'


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "page.typ"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_document_says_what_it_was_given_in_our_font(template, tmp_path):
    words = "职工之家 欧阳小兰 #panic() $x$ *b*"

    documents.write_pdf(tmp_path / "a.pdf", template=template, values={"words": words}, at=AT)

    reader = pypdf.PdfReader(tmp_path / "a.pdf")
    assert words in reader.pages[0].extract_text()
    fonts = [font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    assert all(name.endswith("NotoSansSC-Regular") for name in fonts)


def test_the_same_values_make_the_same_bytes(template, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        documents.write_pdf(tmp_path / name, template=template, values={"words": "职工"}, at=AT)

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("欧阳小兰·买买提 Ab1", set()),
        ("𠮷田", {"𠮷"}),
        ("张\U0002a6df", {"\U0002a6df"}),
        ("สวัสดี", set("สวสดี") | set("ัี")),
    ],
)
def test_what_the_font_lacks_is_told_before(text, lacks):
    assert documents.lacking(text) == lacks


@pytest.mark.parametrize(
    ("text", "printed"),
    [("𠮷田䶮", "〔　〕田䶮"), ("谢谢😀", "谢谢□"), ("欧阳小兰·买买提", "欧阳小兰·买买提"), ("", "")],
)
def test_what_the_font_lacks_is_written_in_by_hand(text, printed):
    assert documents.by_hand({"rows": [("姓名", text)], "many": 3}) == {
        "rows": [["姓名", printed]],
        "many": 3,
    }
    assert not documents.lacking(printed)
