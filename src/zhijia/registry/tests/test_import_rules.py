"""What is wrong in a roster, cell by cell: tables anybody can check with a pencil."""

from datetime import date

import pytest

from zhijia.kernel import codes, sheets
from zhijia.kernel.codes import synthetic_employer_code, synthetic_resident_id, synthetic_union_code
from zhijia.registry.services.imports import headers, rules, words
from zhijia.registry.services.imports.rules import Field

TODAY = date(2026, 11, 20)
NUMBER = synthetic_resident_id(date(1990, 3, 7), 1)
PLACES = {"安徽省合肥市": "340100000000", "340100": "340100000000", "合肥市": "340100000000"}
FIELDS = {
    "name": Field("name", "name", required=True, longest=100),
    "id_type": Field("id_type", "code", words={"居民身份证": "111", "护照": "414"}),
    "id_number": Field("id_number", "number_id", required=True),
    "phone": Field("phone", "mobile", required=True),
    "sex": Field("sex", "code", words={"男": "1", "女": "2", "未知": "0"}),
    "birth_date": Field("birth_date", "date"),
    "education": Field("education", "code", words={"大专": "31", "本科": "21"}),
    "occupation": Field("occupation", "code", longest=60, words={"焊工": "welder"}, free=True),
    "hired_on": Field("hired_on", "date", earliest=date(1940, 1, 1)),
    "joined_on": Field("joined_on", "date", earliest=date(1925, 5, 1)),
    "employer_code": Field("employer_code", "employer_code"),
    "employer_name": Field("employer_name", "text", longest=120),
    "email": Field("email", "email"),
    "home_division": Field("home_division", "division", words=PLACES),
    "migrant": Field("migrant", "yes_no"),
}
GOOD = {"name": "张三", "id_number": NUMBER, "phone": "16900000001"}


def found(**cells):
    """(value of the last field named, codes of the mistakes) of one row."""
    columns = {field: [text] for field, text in {**GOOD, **cells}.items()}
    checked = rules.check(columns, FIELDS, rules.Terms(TODAY, 16))
    return checked.values[list(cells)[-1]][0] if cells else None, [
        mistake.code for mistake in checked.mistakes
    ]


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", "", "name_missing"),
        ("name", " 　", "name_missing"),
        ("name", "张3", "name_digits"),
        ("name", "张三@", "name_characters"),
        ("name", "\u200b", "name_missing"),
        ("name", "\u3164", "name_missing"),
        ("name", "\x01\x02", "name_missing"),
        ("name", "·", "name_characters"),
        ("name", "-", "name_characters"),
        ("name", "张😀", "name_characters"),
        ("name", "张\ufffd三", "name_characters"),
        ("email", "a\ufffdb@example.cn", "email_form"),
        ("email", "a\u202eb@example.cn", "email_form"),
        ("name", "张" * 101, "name_too_long"),
        ("id_number", "", "id_number_missing"),
        ("id_number", NUMBER[:17], "id_length"),
        ("id_number", NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2"), "id_check_digit"),
        ("id_number", "349999199002300018", "id_birth_date"),
        ("id_number", "349999209001010018", "id_birth_in_future"),
        ("id_number", "34999919900307001", "id_length"),
        ("id_number", "3.49999E+17", "id_scientific"),
        ("id_number", "349999900307001", "id_fifteen_digits"),
        ("id_number", "34999919900307OO11", "id_characters"),
        ("id_number", "009999199003070011", "id_division"),
        ("birth_date", "1990-03-08", "birth_date_contradicts"),
        ("birth_date", "1990年4月", "birth_date_contradicts"),
        ("birth_date", "昨天", "date_unreadable"),
        ("sex", "女", "sex_contradicts"),
        ("sex", "雄", "code_unknown"),
        ("phone", "", "phone_missing"),
        ("phone", "1690000000", "mobile_length"),
        ("phone", "26900000001", "mobile_prefix"),
        ("phone", "1.69E+10", "mobile_scientific"),
        ("phone", "16900000001转2", "mobile_characters"),
        ("education", "博学", "code_unknown"),
        ("hired_on", "2026-11-21", "date_in_future"),
        ("hired_on", "1989-12-31", "date_too_early"),
        ("hired_on", "2020-02-30", "date_impossible"),
        ("joined_on", "1920-01-01", "date_too_early"),
        ("employer_code", "91", "employer_code_length"),
        ("employer_code", synthetic_union_code(5), "employer_code_is_a_union"),
        ("email", "name.example.cn", "email_form"),
        ("home_division", "火星", "division_unknown"),
        ("migrant", "也许", "yes_no_unknown"),
        ("employer_name", "厂" * 121, "too_long"),
        ("employer_name", sheets.LOST, "formula_lost"),
        ("id_type", "驾照", "code_unknown"),
    ],
)
def test_a_wrong_cell_has_its_own_code(field, text, code):
    assert found(**{field: text})[1] == [code]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", " 张 三 ", "张三"),
        ("name", "买买提•艾力", "买买提·艾力"),
        ("name", "John  O’Brien", "John O'Brien"),
        ("name", "\u200b王\u200b五", "王五"),
        ("name", "张\u202e三\u2066", "张三"),
        ("employer_name", "晨光\u202e机械\u2069厂", "晨光机械厂"),
        ("employer_name", "\u200b", None),
        ("id_number", f"'{NUMBER[:6]} {NUMBER[6:]}", NUMBER),
        ("phone", "+86 169-0000-0001", "16900000001"),
        ("birth_date", "1990.3.7", date(1990, 3, 7)),
        ("birth_date", "32939", date(1990, 3, 7)),
        ("birth_date", "1990-03", date(1990, 3, 7)),
        ("sex", "", "1"),
        ("hired_on", "2020年1月2日", date(2020, 1, 2)),
        ("hired_on", "20200102", date(2020, 1, 2)),
        ("hired_on", "2020/01/02 00:00:00", date(2020, 1, 2)),
        ("hired_on", "43832.0", date(2020, 1, 2)),
        ("education", " 大 专", "31"),
        ("education", "", None),
        ("occupation", "焊工", "welder"),
        ("occupation", "数控铣工", "数控铣工"),
        ("employer_code", synthetic_employer_code(7).lower(), synthetic_employer_code(7)),
        ("home_division", "安徽省合肥市蜀山区某路", "340100000000"),
        ("home_division", "340100", "340100000000"),
        ("migrant", "是", True),
        ("migrant", "", None),
    ],
)
def test_a_good_cell_is_read_in_any_way_people_write_it(field, text, value):
    assert found(**{field: text}) == (value, [])


@pytest.mark.parametrize(
    ("birth", "codes_found"),
    [(date(2010, 11, 20), []), (date(2010, 11, 21), ["too_young"]), (date(2015, 1, 1), ["too_young"])],
)
def test_nobody_under_sixteen_joins(birth, codes_found):
    assert found(id_number=synthetic_resident_id(birth, 1))[1] == codes_found


def test_another_document_is_checked_by_its_own_rules():
    assert found(id_type="护照", id_number="E12345678")[1] == []
    assert found(id_type="护照", id_number="E1")[1] == ["id_pattern"]
    assert found(id_type="护照", birth_date="1990-03-07", id_number="E12345678")[1] == []


def test_the_second_row_of_the_same_number_names_the_first():
    columns = {"name": ["张三", "李四"], "id_number": [NUMBER, f" {NUMBER}"], "phone": ["16900000001"] * 2}

    checked = rules.check(columns, FIELDS, rules.Terms(TODAY, 16))

    assert [(m.row, m.code, m.number) for m in checked.mistakes] == [(1, "id_twice", 0)]
    assert checked.good() == [0]


def test_every_code_has_a_sentence():
    of_codes = {code for code in codes.REASONS if code.startswith(("id_", "mobile_"))} - {
        "id_empty",
        "mobile_empty",
    }
    of_employers = {f"employer_{code}" for code in codes.REASONS if code.startswith("code_")}
    of_employers -= {"employer_code_not_a_union"}

    assert of_codes | of_employers <= set(words.CELLS)
    assert set(sheets.CODES) <= set(words.FILES)


NAMES = {
    "name": ("姓名", "Name", "会员姓名"),
    "id_number": ("证件号码", "身份证号", "ID number"),
    "phone": ("手机号码", "联系电话", "Mobile"),
    "sex": ("性别", "Sex"),
}


@pytest.mark.parametrize(
    ("rows", "first_row", "columns", "unknown"),
    [
        ([["姓名", "身份证号"], ["张三", "1"]], 1, {"name": 0, "id_number": 1}, ()),
        (
            [["手机号码", "备注", "证件号码*", "姓 名（必填）"]],
            1,
            {"phone": 0, "id_number": 2, "name": 3},
            ("备注",),
        ),
        ([["MOBILE", "Id Number", "name"]], 1, {"phone": 0, "id_number": 1, "name": 2}, ()),
        ([["某公司名册"], [], ["姓名", "身份证号"]], 3, {"name": 0, "id_number": 1}, ()),
        (
            [["基本信息", "", "联系"], ["姓名", "身份证号", "手机号码"]],
            2,
            {"name": 0, "id_number": 1, "phone": 2},
            (),
        ),
        ([["姓名", "身份证号", "其他"], ["", "", "性别"]], 2, {"name": 0, "id_number": 1, "sex": 2}, ()),
        (
            [["姓名", "身份证号", "手机号码", "联系电话"]],
            1,
            {"name": 0, "id_number": 1, "phone": 2},
            ("联系电话",),
        ),
    ],
)
def test_a_header_is_found_in_any_order_language_and_place(rows, first_row, columns, unknown):
    header = headers.find(rows, NAMES, ["name", "id_number"])

    assert (header.first_row, dict(header.columns), header.unknown) == (first_row, columns, unknown)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "sheet_empty"),
        ([["", " "]], "sheet_empty"),
        ([["甲", "乙"], ["张三", "1"]], "no_header"),
        ([["姓名", "手机号码"]], "no_id_number_column"),
        ([["手机号码", "证件号码"]], "no_name_column"),
        ([["姓名", "身份证号", "姓名"]], "name_column_twice"),
    ],
)
def test_a_sheet_without_a_usable_header_says_why(rows, code):
    with pytest.raises(headers.NoHeader) as refusal:
        headers.find(rows, NAMES, ["name", "id_number"])

    assert refusal.value.code == code
    assert code in words.FILES
