from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel import codes

TODAY = date(2026, 4, 1)
GOOD_IDS = ["11010519491231002X", "340101199003078112", "52010119881212304X"]


@pytest.mark.parametrize("number", GOOD_IDS)
def test_a_resident_number_of_the_rulebook_is_accepted(number):
    assert codes.resident_id_error(number, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "id_empty"),
        ("   ", "id_empty"),
        ("3.40101E+17", "id_scientific"),
        ("3.40101e17", "id_scientific"),
        ("340101900307811", "id_fifteen_digits"),
        ("34010119900307811", "id_length"),
        ("3401011990030781122", "id_length"),
        ("34010119900307811Y", "id_characters"),
        ("34010119X003078112", "id_characters"),
        ("张三", "id_characters"),
        ("160101199003078112", "id_division"),
        ("340101199002308118", "id_birth_date"),
        ("340101202604028112", "id_birth_in_future"),
        ("340101190503078112", "id_too_old"),
        ("110105194912310021", "id_check_digit"),
        ("٣٤٠١٠١١٩٩٠٠٣٠٧٨١١٢", "id_characters"),
    ],
)
def test_a_wrong_resident_number_is_named_by_its_reason(text, reason):
    assert codes.resident_id_error(text, today=TODAY) == reason


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X\u3000",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "110105-19491231-002X",
    ],
)
def test_a_number_is_read_however_it_was_typed(typed):
    assert codes.normal_resident_id(typed) == "11010519491231002X"
    assert codes.resident_id_error(typed, today=TODAY) is None


def test_a_division_is_checked_against_the_list_handed_in():
    number = codes.synthetic_resident_id(date(1990, 3, 7), 1)

    assert codes.resident_id_error(number, today=TODAY) is None
    assert codes.resident_id_error(number, today=TODAY, divisions={"340101"}) == "id_division"
    assert codes.resident_id_error(number, today=TODAY, divisions={"349999"}) is None


def test_a_number_tells_birth_and_sex():
    parts = codes.resident_id_parts("11010519491231002X")

    assert parts == codes.ResidentIdParts("110105", date(1949, 12, 31), "2")


@given(place=st.integers(0, 17), digit=st.sampled_from("0123456789X"), number=st.sampled_from(GOOD_IDS))
def test_one_changed_character_is_always_noticed(place, digit, number):
    changed = number[:place] + digit + number[place + 1 :]

    assert changed == number or codes.resident_id_error(changed, today=TODAY) is not None


@pytest.mark.parametrize(
    ("id_type", "text", "reason"),
    [
        ("111", "11010519491231002X", None),
        ("414", "E12345678", None),
        ("414", "e 1234 5678", None),
        ("414", "护照", "id_pattern"),
        ("511", "12345678", None),
        ("511", "1234", "id_pattern"),
        ("516", "H12345678", None),
        ("516", "12345678", "id_pattern"),
        ("553", "ABC123456789012", None),
        ("554", "830000199201300022", None),
        ("554", "830000199201300023", "id_check_digit"),
        ("999", "1", "id_type_unknown"),
        ("414", "", "id_empty"),
        ("511", "1.2345E+9", "id_scientific"),
    ],
)
def test_a_document_is_checked_by_its_type(id_type, text, reason):
    assert codes.id_number_error(id_type, text, today=TODAY) == reason


UNION_CODES = ["81110105MC1234567U", "81340100MC0A1B2C3P", "89370600MC7654321P"]


@pytest.mark.parametrize("code", UNION_CODES)
def test_a_union_code_of_the_rulebook_is_accepted(code):
    assert codes.union_code_error(code) is None
    assert codes.employer_code_error(code) == "code_is_a_union"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "code_empty"),
        ("8.11101E+17", "code_scientific"),
        ("8111", "code_length"),
        ("81110105MC123456I7", "code_characters"),
        ("91110105MA0012345R", "code_not_a_union"),
        ("81990105MC1234567U", "code_division"),
    ],
)
def test_a_wrong_union_code_is_named_by_its_reason(code, reason):
    assert codes.union_code_error(code) == reason


def test_an_employer_code_of_the_rulebook_is_accepted():
    assert codes.employer_code_error("91110105MA0012345R") is None
    assert codes.employer_code_error("Ｚ1110105MA0012345R") == "code_characters"
    assert codes.employer_code_error("00110105MA0012345R") == "code_registrar"


@given(st.sampled_from(UNION_CODES), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_another_last_character_is_refused(code, last):
    assert (codes.union_code_error(code[:17] + last) is None) == (last == code[17])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("13800001234", None),
        ("138-0000-1234", None),
        ("+86 138 0000 1234", None),
        ("008613800001234", None),
        ("１３８００００１２３４", None),
        ("", "mobile_empty"),
        ("1.38E+10", "mobile_scientific"),
        ("1380000123", "mobile_length"),
        ("138000012345", "mobile_length"),
        ("12800001234", "mobile_prefix"),
        ("23800001234", "mobile_prefix"),
        ("1380000l234", "mobile_characters"),
    ],
)
def test_a_mobile_number_is_checked(text, reason):
    assert codes.mobile_error(text) == reason


def test_a_bank_account_is_its_digits():
    assert codes.account_error("6222 0212 3456 7890 123") is None
    assert codes.account_error("6.22202E+18") == "account_scientific"
    assert codes.account_error("1234") == "account_length"
    assert codes.account_error("") == "account_empty"
    assert codes.account_error("622202A2345678") == "account_characters"


@given(st.integers(0, 10**9 - 1), st.integers(0, 19), st.sampled_from("0123456789"))
def test_a_member_number_carries_its_check(serial, place, digit):
    number = codes.member_number(division="340100", year=2026, serial=serial)
    changed = number[:place] + digit + number[place + 1 :]

    assert len(number) == 20
    assert codes.member_number_error(number) is None
    assert changed == number or codes.member_number_error(changed) == "member_number_check"


def test_a_member_number_that_does_not_fit_is_not_made():
    with pytest.raises(ValueError, match="no member number"):
        codes.member_number(division="340100", year=2026, serial=10**9)
    assert codes.member_number_error("123") == "member_number_form"


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)), st.integers(0, 999))
def test_a_synthetic_person_is_valid_and_nobody(birth, order):
    number = codes.synthetic_resident_id(birth, order)
    column = codes.synthetic_resident_ids(np.array([int(f"{birth:%Y%m%d}")]), np.array([order]))

    assert codes.resident_id_error(number, today=TODAY) is None
    assert number.startswith("349999")
    assert column[0].decode() == number


def test_synthetic_codes_pass_their_own_checks_and_differ():
    unions = {codes.synthetic_union_code(serial) for serial in range(200)}
    employers = {codes.synthetic_employer_code(serial) for serial in range(200)}
    accounts = {codes.synthetic_account(serial) for serial in range(200)}

    assert len(unions) == len(employers) == len(accounts) == 200
    assert {codes.union_code_error(code) for code in unions} == {None}
    assert {codes.employer_code_error(code) for code in employers} == {None}
    assert {codes.account_error(number) for number in accounts} == {None}
    assert codes.union_code_error(codes.synthetic_union_code(7, grassroots=False)) is None
    assert codes.mobile_error(codes.synthetic_mobile(7)) is None
    assert codes.is_synthetic_mobile(codes.synthetic_mobile(7))
    assert not codes.is_synthetic_mobile("13800001234")


_ODD = st.one_of(
    st.text(alphabet="0123456789Xx１２ 张E+.", max_size=20),
    st.sampled_from(GOOD_IDS),
    st.builds(
        lambda number, place, digit: number[:place] + digit + number[place + 1 :],
        st.sampled_from(GOOD_IDS),
        st.integers(0, 17),
        st.sampled_from("0123456789X"),
    ),
)


@given(st.lists(_ODD, max_size=30))
def test_a_column_of_numbers_is_judged_like_each_of_them(texts):
    known = {"110105", "340101"}
    values, reasons = codes.check_resident_ids(texts, today=TODAY, divisions=known)

    expected = [codes.resident_id_error(text, today=TODAY, divisions=known) for text in texts]
    assert values == [codes.normal_resident_id(text) for text in texts]
    assert [reasons.get(place) for place in range(len(texts))] == expected


@given(st.lists(st.text(alphabet="0123456789 -+", max_size=13), max_size=30))
def test_a_column_of_mobiles_is_judged_like_each_of_them(texts):
    values, reasons = codes.check_mobiles(texts)

    assert values == [codes.normal_mobile(text) for text in texts]
    assert [reasons.get(place) for place in range(len(texts))] == [codes.mobile_error(text) for text in texts]


def test_every_reason_is_listed_once():
    assert len(set(codes.REASONS)) == len(codes.REASONS)
