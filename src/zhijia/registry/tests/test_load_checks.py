"""A row of a load gets the answer the roster page gives it; texts are cut where rows end; nothing is skipped."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhijia.kernel import codes, days
from zhijia.kernel.sheets import SheetError
from zhijia.registry.services.imports import fields, ground, rules
from zhijia.registry.services.imports.batches import NAME, NUMBER, PHONE
from zhijia.registry.services.loads import checking, doubles, texts
from zhijia.registry.tests.rosters import AT, person, small_world

DAY = days.business_day(AT)
GOOD = person(1)[1]
CELLS = {
    "name": [
        "张伟", "李 四", "买买提·艾力", "John Smith", "张3", "", "示例：张三", "示例张三", "Sample: Zhang San",
        "Samplewell Jane", "王" * 120, "㐀某", "张\u200b伟", "·", "\u3164", "张\u202e三",
    ],
    "id_number": [
        GOOD, person(2)[1], GOOD.lower(), f" {GOOD}", GOOD[:17] + "?", "3.40101E+17", GOOD[:15], "", "G12345678",
        person(40)[1], GOOD[:17] + ("0" if GOOD[17] != "0" else "1"), "11010120200101001X", "340103200902300019",
    ],
    "phone": ["16900000001", "+86 169 0000 0001", "1.69E+10", "12345", "", "02112345678", "１６９００００００１"],
    "id_type": ["", "居民身份证", "护照", "111", "414", "nonsense"],
    "sex": ["", "男", "女", "不明"],
    "birth_date": ["", "1970-02-02", "1970年2月", "197002", "2020-02-30", "25569"],
    "occupation": ["焊工", "", "锚杆装配"],
    "education": ["大专", "", "大学毕业的"],
    "hired_on": ["2020-01-31", "43861", "2099-01-01", "1800-01-01", "", "2020.1.31", "abc"],
    "joined_on": ["", "2019/5/1", "1930-01-01"],
    "employer_code": ["", codes.synthetic_employer_code(3), "91349999MA000000", "8134"],
    "address": ["", "合肥市庐阳区一号", "x" * 300],
}  # fmt: skip
ROWS = st.lists(st.tuples(*(st.sampled_from(cells) for cells in CELLS.values())), min_size=1, max_size=12)


@pytest.fixture
def floor(committed):
    """The ground of a file for one union of the small world."""
    world = small_world()
    return ground.lay(federation_id=world.unions["factory"].pk, columns=list(CELLS), named=False, day=DAY)


def both(rows, floor):
    """What the page says of these rows, and what a load says: mistakes, and values of the rows that stand."""
    columns = {code: [row[place] for row in rows] for place, code in enumerate(CELLS)}
    shown = [row for row, name in enumerate(columns["name"]) if not rules.is_sample(name)]
    shown = [row for row in shown if any(columns[code][row].strip() for code in columns)]
    kept = {code: [cells[row] for row in shown] for code, cells in columns.items()}
    age = int(floor.unions.minimum_ages[floor.only])
    page = rules.check(kept, floor.specs, rules.Terms(DAY, age)) if shown else rules.Checked(0, {}, [])
    mistakes = {
        (shown[one.row], one.field, one.code, one.number) for one in page.mistakes if one.code != "id_twice"
    }
    wrong = {row for row, *_ in mistakes}
    values = {
        row: {code: page.values[code][place] for code in page.values}
        for place, row in enumerate(shown)
        if row not in wrong
    }
    seen = checking.check(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), floor, {})
    return (mistakes, values), ({(m.row, m.field, m.code, m.number) for m in seen.mistakes}, _values(seen))


def _values(seen):
    found = {}
    for batch in seen.batches:
        for place, row in enumerate(batch.rows.tolist()):
            found[row] = {code: column.values[column.which[place]] for code, column in batch.fields.items()}
            for code, column in ((NAME, batch.names), (NUMBER, batch.numbers), (PHONE, batch.phones)):
                found[row][code] = column[place].decode()
    return found


def test_every_row_is_judged_as_on_the_page(floor):
    @settings(max_examples=150, deadline=None)
    @given(ROWS)
    def judged(rows):
        page, load = both(rows, floor)
        assert load == page

    judged()


def test_each_cell_alone_is_judged_as_on_the_page(floor):
    usual = {code: cells[0] for code, cells in CELLS.items()}
    rows = [tuple((usual | {code: cell}).values()) for code, cells in CELLS.items() for cell in cells]

    page, load = both(rows, floor)

    assert load == page
    assert len(page[0]) > 20
    assert len(page[1]) > 20


def test_the_indexes_found_at_the_first_look_are_those_of_the_numbers_that_stand(floor):
    frame = pl.DataFrame(
        {
            "name": ["张伟", "示例：张三", "李四", "王五"],
            "id_number": [GOOD, GOOD, f" {GOOD.lower()} ", "bad"],
            "phone": ["1"] * 4,
        }
    )

    found = checking.blinds(frame, floor)

    assert found[0].any()
    assert (found[0] == found[2]).all()
    assert not found[1].any()
    assert not found[3].any()


def test_a_later_row_of_a_number_is_found_whatever_stands_between():
    blinds = np.random.default_rng(5).integers(1, 255, (5000, 16), dtype=np.uint8)
    blinds[[700, 4100]] = blinds[3]
    blinds[900] = blinds[10]
    blinds[[50, 60]] = 0
    blinds[80, :8] = blinds[81, :8]

    assert doubles.later_rows(blinds) == {700: 3, 4100: 3, 900: 10}
    assert doubles.later_rows(blinds[:0]) == {}


def cut(path, content, wanted=40, sign=","):
    path.write_bytes(content)
    return list(texts.pieces(path, sign=sign, begins=0, first_row=1, wanted=wanted))


@pytest.mark.parametrize("wanted", [1, 7, 40, 1000])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\x1a"])
def test_pieces_are_the_file_and_end_where_rows_end(tmp_path, wanted, end):
    rows = b'a,b,c\n1,"x\ny, ""z""",3\n\n4,5,6\r\n"7\n\n8",9,0\nlast,one,here'
    found = cut(tmp_path / "f.csv", rows + end, wanted)

    assert b"".join(content for _piece, content in found) == rows + end
    frames = [
        texts.frame(content, encoding="utf-8", sign=",", width=3, wanted=[0, 2]) for _piece, content in found
    ]
    assert [piece.rows for piece, _content in found] == [len(frame) for frame in frames]
    together = pl.concat(frames)
    assert together["0"].to_list() == ["a", "1", "", "4", "7\n\n8", "last"]
    assert together["2"].to_list() == ["c", "3", "", "6", "0", "here"]
    assert [piece.first_row for piece, _content in found] == [
        1 + sum(piece.rows for piece, _ in found[:place]) for place in range(len(found))
    ]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b'a,b\n1,2\n3,"4\n5,6\n' + b"7,8\n" * 50, 3),
        (b'a,b\n1,"2"x\n3,4\n', 2),
        (b'a,b\n"1,2\n3,"4"\n5,6\n', 2),
    ],
)
def test_a_broken_quote_is_named_by_its_row(tmp_path, content, row):
    with pytest.raises(texts.BrokenQuote) as broken:
        cut(tmp_path / "f.csv", content, wanted=30)

    assert broken.value.row == row


def test_a_quote_open_for_longer_than_a_cell_can_be_ends_the_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "LONGEST_CELL", 500)
    with pytest.raises(texts.BrokenQuote) as broken:
        cut(tmp_path / "f.csv", b'a,b\n1,"2\n' + b"3,4\n" * 10_000, wanted=100)

    assert broken.value.row == 2


def test_a_quote_in_the_middle_of_a_cell_is_a_sign_like_others(tmp_path):
    ((piece, content),) = cut(tmp_path / "f.csv", '1,5" pipe,张\n2,b,c\n'.encode())

    assert texts.frame(content, encoding="utf-8", sign=",", width=3, wanted=[1])["1"].to_list() == [
        '5" pipe',
        "b",
    ]
    assert piece.rows == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_half_a_character_at_the_end_is_named(encoding):
    content = "姓名,单位\n张伟,合肥".encode(encoding)
    assert texts.encoding_of(content) == encoding

    with pytest.raises(SheetError) as refused:
        texts.frame(content[:-1], encoding=encoding, sign=",", width=2, wanted=[0])

    assert refused.value.code == "cut_off"


def test_what_is_no_text_in_the_middle_is_not_taken_for_another_encoding():
    with pytest.raises(SheetError) as refused:
        texts.frame(
            "张伟,1\n".encode() + b"\xff\xfe,2\n" + b"3,4\n", encoding="utf-8", sign=",", width=2, wanted=[0]
        )

    assert refused.value.code == "encoding"


def test_the_rows_begin_behind_the_heading_whatever_stands_above_it(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes('\ufeff省总\n"标题\n两行",,\n姓名,号码,工会\n张伟,1,2\n'.encode())

    assert path.read_bytes()[texts.after(path, 3, ",") :] == "张伟,1,2\n".encode()
    assert texts.top(path)[0][2] == ["姓名", "号码", "工会"]


def test_the_fields_of_a_load_are_those_of_a_roster(db):
    assert {"name", "id_number", "phone"} <= set(fields.names())
    assert set(CELLS) <= set(fields.names())
