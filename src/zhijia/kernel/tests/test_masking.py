import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel import masking


@pytest.mark.parametrize(
    ("mask", "clear", "shown"),
    [
        (masking.name, "张三", "张*"),
        (masking.name, "张三丰", "张*丰"),
        (masking.name, "欧阳修宁", "欧**宁"),
        (masking.name, "买买提·艾山", "买*提·艾*"),
        (masking.name, "阿卜杜拉·买买提·艾", "阿**拉·买*提·*"),
        (masking.name, "John Smith", "J**n S***h"),
        (masking.name, "张", "*"),
        (masking.name, "", ""),
        (masking.number, "11010519491231002X", "110***********002X"),
        (masking.number, "E12345678", "E******78"),
        (masking.number, "12345", "*****"),
        (masking.mobile, "13800001234", "138****1234"),
        (masking.mobile, "055112345678", "********5678"),
        (masking.mobile, "12351", "*****"),
        (masking.account, "6222021234567890123", "****0123"),
        (masking.account, "123", "****"),
        (masking.email, "anna@example.org", "a***@example.org"),
        (masking.email, "nonsense", "***"),
        (masking.address, "安徽省合肥市蜀山区望江西路99号3栋", "安徽省合肥市蜀山区***"),
        (masking.address, "安徽省六安市金寨县梅山镇红军路1号", "安徽省六安市金寨县***"),
        (masking.address, "上海市浦东新区世纪大道1号", "上海市浦东新区***"),
        (masking.address, "幸福小区3栋201室", "***"),
        (masking.address, "", ""),
        (masking.year, "1990-03-07", "1990"),
        (masking.year, "unknown", "***"),
        (masking.city, "340103000000", "340100000000"),
        (masking.city, "somewhere", ""),
    ],
)
def test_a_value_is_masked_as_the_rulebook_says(mask, clear, shown):
    assert mask(clear) == shown


@given(st.text(alphabet="0123456789X", min_size=7, max_size=32))
def test_an_identity_number_never_shows_its_birth_date(number):
    shown = masking.number(number)

    assert len(shown) == len(number)
    assert sum(character != "*" for character in shown) <= 7
    assert set(shown[3:-4]) <= {"*"}


@pytest.mark.parametrize(
    ("many", "told"),
    [(0, 0), (4, 0), (5, 5), (6, 5), (23, 20), (99, 95), (123, 120), (1234, 1200), (56_789, 56_000)],
)
def test_a_count_keeps_two_figures_and_tells_no_few(many: int, told: int) -> None:
    assert masking.count(many, 5) == told
