"""Values as they are shown to people who need not know them (PI-08). Pure: text in, text out."""

import re

_NAME_PART = re.compile(r"[^\s·•・.．]+")
_COUNTY = re.compile(
    r"^(?P<province>.{2,8}?(?:特别行政区|自治区|省|市))?"
    r"(?P<city>.{1,9}?(?:自治州|地区|盟|市))?"
    r"(?P<county>.{1,12}?(?:自治县|自治旗|林区|特区|开发区|县|旗|市|(?<![小社园校厂宅城景])区))?"
)
HIDDEN = "***"


def name(text: str) -> str:
    """张* · 张*丰 · 欧**宁; dotted names part by part: 买*提·艾*. A single character is hidden."""
    return _NAME_PART.sub(lambda part: _name_part(part.group()), text.strip())


def number(text: str) -> str:
    """110***********123X: an identity number keeps its province digit, one more and the last four. A shorter
    document keeps the first character and the last two. Never six and four: with the birth year known, the
    check digit leaves about 33 candidates."""
    if len(text) >= 15:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    if len(text) >= 7:
        return f"{text[0]}{'*' * (len(text) - 3)}{text[-2:]}"
    return "*" * len(text)


def mobile(text: str) -> str:
    """138****1234. Any other telephone number keeps its last four digits, if it has more than six."""
    if len(text) == 11:
        return f"{text[:3]}****{text[-4:]}"
    return f"{'*' * (len(text) - 4)}{text[-4:]}" if len(text) > 6 else "*" * len(text)


def account(text: str) -> str:
    """****1234: a bank account or card shows its last four digits and not its length."""
    return f"****{text[-4:]}" if len(text) >= 8 else "****"


def email(text: str) -> str:
    """a***@x: the first character and the host."""
    user, at, host = text.partition("@")
    return f"{user[:1]}***@{host}" if at and user and host else HIDDEN


def address(text: str) -> str:
    """安徽省合肥市蜀山区***: down to the county and no further; nothing when no place is recognised."""
    found = _COUNTY.match(text.strip())
    return (found.group() if found else "") + HIDDEN if text.strip() else ""


def year(text: str) -> str:
    """1990: of a day of birth the year alone. With the whole day, what a masked number shows leaves few to try."""
    return text[:4] if text[:4].isdigit() else HIDDEN


def city(code: str) -> str:
    """340100000000: of a division in 12 digits the city, for the same reason."""
    return f"{code[:4]}{'0' * 8}" if len(code) == 12 and code.isdigit() else ""


def count(many: int, least: int) -> int:
    """23 → 20 and 1234 → 1200 for `least` 5: how many, rounded down to two figures and never finer than `least`, so
    that two counts that differ by one person mostly read the same. Fewer than `least` are 0."""
    step: int = max(least, 10 ** max(len(str(many)) - 2, 0))
    return many - many % step


def _name_part(part: str) -> str:
    if len(part) == 1:
        return "*"
    return f"{part[0]}*" if len(part) == 2 else f"{part[0]}{'*' * (len(part) - 2)}{part[-1]}"
