"""Patterns mean one thing, and no text makes them slow."""

import re
import time

import pytest

from zhijia.rules.evaluator.searching import _Automaton, python_pattern, search
from zhijia.rules.patterns import PatternRefused, parse

PATTERNS = [
    "a", "^a", "b$", "^$", "", "^[0-9]{1,3}$", "王|五", "^.五$", "[^a-c]+", "(ab|a)*c", "^(a|ab)(c|bcd)?$", ".", r"\d",
    r"^\w+$", r"\W", r"\S\s", "x{5,}", "^(x*)*$", r"\.", r"[\-a]", "(a|a)*b", "e\u0301", "a$|^b", "(^a|b$)",
    "(?:ab){2,3}",
    "^(a?){3}a{3}$", "[a\\]]", "a||b", "()", "[\\d王]{2}", "^.*$", "a.b",
]  # fmt: skip
TEXTS = [
    "", "a", "b", "ab", "aab", "abab", "ababab", "c", "abc", "王", "五", "王五", "x五", "5", "12", "1234", "a\nb",
    "\n", "_", "-", ".", "xxxxx", "xxxx", "e\u0301", "é", "]", "٣", "aaaa", "aaa", "a b", "bca", "\U0001f469b",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_finds_what_re2_would_find(pattern: str) -> None:
    tree = parse(pattern)
    # `$` of Python also stands before a last line feed; that of RE2 and ours at the end alone.
    expected = re.compile(pattern.replace("$", r"\Z"), re.ASCII)

    for text in TEXTS:
        found = bool(expected.search(text))
        assert bool(search(tree)(text)) is found, text
        assert bool(_Automaton(tree)(text)) is found, text
        assert bool(re.search(python_pattern(tree), text)) is found, text


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a|ab|b)*c", "a*a*a*a*a*a*b", "^(a?){30}a{30}$", "(x+x+)+y", ".*.*=.*"]
)
def test_a_hostile_pattern_takes_time_in_proportion_to_the_text(pattern: str) -> None:
    find = search(parse(pattern))
    begin = time.process_time()

    find("a" * 20_000 + "x" * 20_000 + "!")

    assert time.process_time() - begin < 5


def test_many_different_characters_do_not_fill_the_memory() -> None:
    automaton = _Automaton(parse("(a|b)*c"))

    assert automaton("".join(map(chr, range(0x4E00, 0x9FA5))) * 2 + "abc")
    assert automaton._remembered <= 20_000


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("a(?=b)", "group"), ("(?i)a", "group"), ("a*?", "repeat"), ("a**", "repeat"), ("^*", "repeat"), ("*a", "sign"),
        ("(a", "open"), ("a)", "sign"), ("[a", "open"), ("[]", "class"), ("[z-a]", "class"), ("[[:alpha:]]", "class"),
        (r"\b", "escape"), (r"(a)\1", "escape"), (r"\p{Han}", "escape"), ("a{2,1}", "count"), ("a{300}", "count"),
        ("a{", "count"), ("a{,3}", "count"), ("(" * 13 + ")" * 13, "deep"), ("a" * 501, "long"),
        ("((a{99}){99}){99}", "long"), ("((a*){30}){30}", "long"), ("(a?b?){101}", "long"), ("(a?){200}", None),
        ("\\", "escape"), (r"[\W\w]", None),
    ],
)  # fmt: skip
def test_a_pattern_outside_the_subset_is_refused_with_its_reason(pattern: str, code: str | None) -> None:
    if code is None:
        assert parse(pattern)
        return
    with pytest.raises(PatternRefused) as refused:
        parse(pattern)

    assert refused.value.code == code
