import pytest

from zhijia.accounts import rules


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Ab3-efghi", "short"),
        ("Ab3-efghij", None),
        ("abcdefghi7", "classes"),
        ("abcdefgh-7", None),
        ("ABCDEFGH 7", None),
        ("我爱焊接每一天abc7", None),
        ("12345678901234", "classes"),
        ("1234567890", "breached"),
        ("Password123!", "breached"),
        ("P@ssw0rd2026", "breached"),
        ("GongHui12351!", "breached"),
        ("Zhang.wei-1990", "login"),
    ],
)
def test_a_password_is_good_or_has_one_named_fault(password: str, fault: str | None) -> None:
    found = rules.password_fault(
        password,
        login="zhang.wei",
        min_length=10,
        min_classes=3,
        breached={"password", "p@ssw0rd", "1234567890", "gonghui12351", "gonghui"},
    )

    assert found == fault


def test_a_longer_rule_refuses_what_a_shorter_one_takes() -> None:
    given = {"login": "x", "min_classes": 2, "breached": frozenset()}

    assert rules.password_fault("abcdefgh12", min_length=10, **given) is None
    assert rules.password_fault("abcdefgh12", min_length=11, **given) == "short"
