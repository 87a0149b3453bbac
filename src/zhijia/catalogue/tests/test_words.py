"""Code lists, fields, purposes and messages: what people write, what they read."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from zhijia.catalogue import codes, definitions, fields, notices, purposes
from zhijia.kernel.errors import Refusal

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("list_code", "text", "code"),
    [
        ("sexes", "男", "1"),
        ("sexes", " F ", "2"),
        ("sexes", "女 性", "2"),
        ("gig_groups", "外卖骑手", "04"),
        ("gig_groups", "否", "00"),
        ("educations", "大专", "31"),
        ("educations", "BACHELOR", "21"),
        ("id_types", "身份证", "111"),
        ("yes_no", "是", "1"),
        ("sexes", "公", None),
        ("educations", "", None),
    ],
)
def test_a_code_is_read_from_what_people_write(list_code, text, code):
    assert codes.read(list_code, text, DAY) == code


def test_a_list_speaks_both_languages():
    with translation.override("en"):
        assert codes.options("yes_no", DAY) == [("1", "Yes"), ("0", "No")]
    with translation.override("zh-hans"):
        assert codes.options("yes_no", DAY) == [("1", "是"), ("0", "否")]


def test_a_code_the_list_never_had_is_shown_as_it_is():
    assert codes.label("sexes", "7") == "7"
    assert not codes.holds("sexes", "7", DAY)


def test_english_words_have_the_apostrophe_that_no_chinese_font_draws_wide():
    wide = re.compile(r"[A-Za-z]’")

    read = {path.name: path.read_text() for path in Path(definitions.__file__).parent.rglob("*.yaml")}

    assert len(read) > 300
    assert [name for name, text in read.items() if wide.search(text)] == []


def test_no_synonym_of_a_list_means_two_codes():
    for listing in definitions.load().codes.values():
        for option in (one for one in listing.options if one.in_force(DAY)):
            day = min(DAY, option.until) - timedelta(days=1) if option.until else DAY
            for way in (option.code, option.label.zh, option.label.en, *option.synonyms):
                assert codes.read(listing.code, way, day) == option.code, (listing.code, way)


def test_five_fields_are_asked_first():
    first = {field.code for field in fields.all() if field.tier == "first"} - {"id_type"}
    assert first == {"name", "id_number", "phone", "occupation", "home_division"}


def test_the_roster_begins_with_the_name_and_needs_three_columns():
    assert fields.roster()[0].code == "name"
    assert {field.code for field in fields.roster() if field.roster.required} == {
        "name",
        "id_number",
        "phone",
    }


def test_every_sealed_field_is_masked_and_lies_under_its_own_name():
    for field in fields.all():
        if field.sealed:
            assert field.vault == f"registry_person.{field.code}"
            assert field.mask != "none"


def test_a_sensitive_field_is_sealed_and_rests_on_law_or_on_a_consent_of_its_own():
    for field in fields.all():
        if field.sensitivity == "S":
            assert field.sealed
            purpose = purposes.get(field.purpose)
            assert purpose.basis == "statutory" or purpose.code in ("payment_account", "card")


@pytest.mark.parametrize(
    ("field", "text", "stored"),
    [
        ("occupation", "焊工", "welder"),
        ("phone", "138 0000 0000", "13800000000"),
        ("name", " 张示例 ", "张示例"),
        ("name", "买买提•\u202e艾力", "买买提·艾力"),
        ("address", "长江\u202e路\u2069 1 号", "长江路 1 号"),
    ],
)
def test_a_typed_value_is_stored_in_its_normal_form(field, text, stored):
    assert fields.checked(field, text, day=DAY) == stored


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("occupation", "宇航员", "field_not_in_list"),
        ("phone", "12345", "field_mobile"),
        ("name", "", "field_empty"),
        ("name", "张" * 101, "field_too_long"),
        *((("name", text, "field_empty")) for text in ("\u200b", "\u3164", "\x01")),
        *((("name", text, "field_name")) for text in ("·", "-", "张😀", "=1+1", "张三2")),
        ("email", "nobody", "field_email"),
        ("email", "a@b@c.cn", "field_email"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(field, text, code):
    with pytest.raises(Refusal) as refused:
        fields.checked(field, text, day=DAY)
    assert refused.value.code == code
    assert str(refused.value)


def test_a_purpose_of_law_is_not_asked():
    assert "register" not in {purpose.code for purpose in purposes.asked()}
    assert {"services", "match_with_authority", "card", "sms"} <= {
        purpose.code for purpose in purposes.asked()
    }


def test_a_purpose_that_hands_data_on_says_to_whom():
    assert purposes.get("match_with_authority").recipient
    assert purposes.get("match_with_authority").sensitive


def test_the_words_somebody_agreed_to_can_be_read_again():
    purpose = purposes.get("sms")
    assert purposes.text("sms", str(purpose.version)) == purpose.text
    with pytest.raises(definitions.UnknownDefinition):
        purposes.text("sms", 99)


def test_a_message_is_put_together_in_the_readers_language():
    both = '{"zh": "更正我的信息", "en": "Put my data right"}'
    values = {"matter": both, "number": "1", "union": "工会", "reason": ""}
    with translation.override("zh-hans"):
        assert "更正我的信息：" in notices.body("case_moved", values)
    with translation.override("en"):
        assert "Put my data right:" in notices.body("case_moved", values)


def test_a_day_and_a_moment_stand_in_a_message_as_the_pages_write_them():
    paid = {"title": "慰问金", "amount": "50.00", "day": date(2026, 11, 25)}
    changed = {"old": "1111", "new": "2222", "from": datetime(2026, 11, 25, 2, 5, tzinfo=UTC)}
    stored = [("payment_paid", notices.kept("payment_paid", paid))]
    stored.append(("payment_account_changed", notices.kept("payment_account_changed", changed)))
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = [notices.body(code, values) for code, values in stored]

    assert [values["day" if "day" in values else "from"] for _code, values in stored] == [
        "2026-11-25",
        "2026-11-25T02:05:00+00:00",
    ]
    assert "最迟2026年11月25日到账" in said["zh-hans"][0]
    assert "自2026年11月25日 10:05起" in said["zh-hans"][1]
    assert "by 25 Nov 2026 at the latest" in said["en"][0]
    assert "From 25 Nov 2026 10:05 on" in said["en"][1]


@pytest.mark.parametrize("said", ["tomorrow", "25.11.2026", None])
def test_what_is_no_day_is_not_told_as_one(said):
    with pytest.raises(ValueError, match="isoformat"):
        notices.kept("payment_paid", {"title": "慰问金", "amount": "50.00", "day": said})


def test_whatever_a_message_calls_a_day_is_one():
    """Otherwise it stands there as the database writes it."""
    named = {"day", "since", "until", "due", "on"}
    found = [
        (notice.code, name)
        for notice in notices.all()
        for name, how in notice.values.items()
        if how == "text" and (name in named or name.endswith(("_on", "_at", "_day", "_until")))
    ]
    assert found == []


def test_braces_in_a_value_are_shown_as_they_are():
    values = {"union": "{0.__class__}", "reason": ""}
    assert "{0.__class__}" in notices.body("transfer_done", values)


@pytest.mark.parametrize("get", [codes.get, fields.get, purposes.get, notices.get])
def test_what_nobody_defined_is_a_mistake(get):
    with pytest.raises(definitions.UnknownDefinition):
        get("nothing")
