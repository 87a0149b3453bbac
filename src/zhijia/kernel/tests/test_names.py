"""What nobody sees goes out of a text; what a script is written with stays."""

import pytest

from zhijia.kernel import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("工会\u202e会员", "工会会员"),
        ("\u2066隐藏\u2069的\u200b字\ufeff", "隐藏的字"),
        ("王\u200d芳", "王芳"),
        ("ئا\u200c\u200dبل", "ئابل"),
        ("a\x00b\x07c\x85d", "abc d"),
        ("两行\r\n第二行\t后", "两行\r\n第二行\t后"),
        (" 前后有空格 ", " 前后有空格 "),
    ],
)
def test_what_nobody_sees_is_taken_out_and_the_rest_stays_as_it_was_typed(typed: str, kept: str) -> None:
    assert names.legible(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 家庭",
        "\U0001f469\U0001f3fd\u200d\U0001f33e",
        "❤\ufe0f\u200d\U0001f525",
        "ئا\u200cبل",
        "བོད་\u200dཡིག",
        "ᠰᠠᠷ\u180eᠠ",
        "क्\u200dष",
    ],
)
def test_joiners_stay_where_a_script_or_an_emoji_is_written_with_them(typed: str) -> None:
    assert names.legible(typed) == typed
    assert names.seen(typed) == typed


def test_a_persons_name_with_a_joiner_is_a_name() -> None:
    assert names.name_of("ئا\u200cبل") == ("ئابل", "")
    assert names.name_of("王\u200d芳") == ("王芳", "")
