"""Made-up registrations among which some people stand twice: the same seed, the same people; no number is anybody's.

The kinds of double are those the rulebook knows (MEM-02): another document, the number in 15 and in 18 digits, one
digit mistyped, two neighbours swapped, the same name, birth date and phone under another number. Beside them stand
people who only look alike: twins, namesakes born on one day, families with one phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from zhijia.kernel import codes
from zhijia.kernel.codes.resident import resident_check_digit
from zhijia.registry.identity_rules import Registration, other_form

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂文辉玲华飞鑫波斌宇浩凯健俊帆帅旭宁晨欣建国志永春红梅兰英玉凤琴云莲真环雪荣爱妹霄薇"
    "婷雅淑惠珠翠芝萍娥珍贞莉锦黛青倩瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君蕊枫航弘峻成诚瑞庆龙安诗梦子轩梓涵雨泽博思远嘉怡一诺佳乐天"
    "翔俊豪世杰东海山仁良海元全胜学祥才发武新利清彬富顺信朋时先敬震振壮会群心邦承裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣"
)
FIRST_BORN, DAYS = date(1962, 1, 1), 16_000
UNIONS = 400
PLANTED, ALIKE = 0.02, 0.02
"""Shares of the registrations: second ones of somebody, and people who only look like somebody."""
TRIES = 50
"""How often another number is drawn for somebody whose number is taken: a register holds each once."""
KINDS = ("passport", "fifteen", "mistyped", "swapped", "other_number")
LOOK = ("twin", "namesake", "one_phone", "namesake_at_work")


@dataclass(frozen=True, slots=True)
class Doubles:
    """Registrations by their place, and the pairs of places that are one person, by the kind of double."""

    rows: Sequence[Registration]
    truth: dict[tuple[int, int], str]


def make(rows: int, *, seed: int) -> Doubles:
    """That many registrations, planted doubles and people who look alike among them."""
    random = np.random.default_rng(seed)
    doubles, alike = int(rows * PLANTED), int(rows * ALIKE)
    people = [_person(serial, random) for serial in range(rows - doubles - alike)]
    spare = iter(range(len(people), rows))
    truth: dict[tuple[int, int], str] = {}
    chosen = random.choice(len(people), doubles + alike, replace=False).tolist()
    made = list(people)
    taken = {person.number for person in people}
    for count, place in enumerate(chosen):
        serial, base = next(spare), people[place]
        kind = KINDS[count % len(KINDS)]
        for _try in range(TRIES):
            planted = count < doubles
            other = (
                _double(kind, base, serial, random)
                if planted
                else _like(LOOK[count % len(LOOK)], base, serial, random)
            )
            if other.number not in taken:
                break
        else:
            other = _person(serial, random)
            planted = False
        if planted:
            truth[place, len(made)] = kind
        taken.add(other.number)
        made.append(other)
    return Doubles(made, truth)


def _person(serial: int, random: np.random.Generator) -> Registration:
    day, rank = serial % DAYS, serial // DAYS
    born = FIRST_BORN + timedelta(day)
    order = (rank * 37 + day * 137) % 1000
    return Registration(
        name=_name(random),
        id_type="111",
        number=codes.synthetic_resident_id(born, order),
        birth=born,
        sex="1" if order % 2 else "2",
        phone=codes.synthetic_mobile(serial * 61_803_399 % 10**8),
        union_id=int(random.integers(UNIONS)),
        employer_id=None,
    )


def _name(random: np.random.Generator) -> str:
    """Common surnames are commonest; one in six has a given name of one character."""
    surname = _SURNAMES[int(random.random() ** 2.2 * len(_SURNAMES))]
    first, second = (_GIVEN[int(random.random() ** 1.4 * len(_GIVEN))] for _ in range(2))
    return surname + first + (second if random.random() > 1 / 6 else "")


def _changed(base: Registration, **fields: object) -> Registration:
    kept = {field: getattr(base, field) for field in Registration.__slots__}
    return Registration(**{**kept, **fields})


def _double(kind: str, base: Registration, serial: int, random: np.random.Generator) -> Registration:
    """A second registration of somebody: in another union mostly, under another phone at times."""
    union = base.union_id if random.random() < 0.3 else int(random.integers(UNIONS))
    fresh = codes.synthetic_mobile(serial * 61_803_399 % 10**8)
    phone = base.phone if random.random() < 0.7 else fresh if random.random() < 0.7 else ""
    again = _changed(base, union_id=union, phone=phone)
    if kind == "passport":
        number = f"E{random.integers(10**8):08d}"
        known = base.birth if random.random() < 0.7 else None
        kept = base.phone if random.random() < 0.93 else ""
        return _changed(again, id_type="414", number=number, birth=known, sex="0", phone=kept)
    if kind == "other_number":
        other = codes.synthetic_resident_id(base.birth or FIRST_BORN, int(random.integers(1000)))
        parity = "1" if int(other[16]) % 2 else "2"
        return _changed(again, number=other, phone=base.phone, sex=parity if parity == base.sex else "0")
    if kind == "fifteen":
        short = other_form(base.number)
        if short is not None:
            return _changed(again, number=short)
    return _mistake(again, random, swap=kind == "swapped")


def _mistake(base: Registration, random: np.random.Generator, *, swap: bool) -> Registration:
    """The number with one mistake, half of the time with a check digit that fits it; the birth date follows it."""
    while True:
        digits = list(base.number)
        place = int(random.integers(6, 16 if swap else 17))
        if swap:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
        else:
            digits[place] = str(random.integers(10))
        if "X" in digits[:17] or digits == list(base.number):
            continue
        wrong = "".join(digits)
        if random.random() < 0.5:
            wrong = wrong[:17] + resident_check_digit(wrong[:17])
        try:
            born = date(int(wrong[6:10]), int(wrong[10:12]), int(wrong[12:14]))
        except ValueError:
            continue
        return _changed(base, number=wrong, birth=born, sex="0")


def _like(look: str, base: Registration, serial: int, random: np.random.Generator) -> Registration:
    """Somebody else who looks like this one."""
    born = base.birth or FIRST_BORN
    other = _person(serial, random)
    if look == "twin":
        order = (int(base.number[14:17]) + 2 * int(random.integers(1, 6))) % 1000
        return _changed(
            other, name=base.name[0] + other.name[1:], number=codes.synthetic_resident_id(born, order), birth=born,
            sex=base.sex, phone=base.phone,
        )  # fmt: skip
    if look == "namesake":
        order = (int(base.number[14:17]) + 2 * int(random.integers(60, 440))) % 1000
        number = codes.synthetic_resident_id(born, order)
        return _changed(other, name=base.name, number=number, birth=born, sex=base.sex)
    if look == "one_phone":
        return _changed(other, phone=base.phone, union_id=base.union_id)
    return _changed(other, name=base.name, union_id=base.union_id)
