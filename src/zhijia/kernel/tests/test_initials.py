"""First letters of names: surnames read as surnames, alike for a name and for a column."""

import time

import numpy as np
import pytest

from zhijia.kernel.initials import initials, initials_of

READ = {
    "张伟": "zw", "王小丽": "wxl", "曾庆红": "zqh", "单田芳": "stf", "解晓东": "xxd", "仇英": "qy", "查良镛": "zly",
    "区家麟": "ojl", "朴树": "ps", "任长霞": "rcx", "翟志刚": "zzg", "种师道": "csd", "乐毅": "yy", "缪荃孙": "mqs",
    "盖叫天": "gjt", "覃塞": "qs", "单于丹": "cyd", "尉迟恭": "ycg", "尉健行": "wjx", "长孙无忌": "zswj",
    "万俟卨": "mqx", "澹台灭明": "ttmm", "欧阳娜娜": "oynn", "令狐冲": "lhc", "万里": "wl", "沈从文": "scw",
    "叶圣陶": "yst",
    "朱长征": "zcz", "李晟": "ls", "陆单": "ld", "买买提·艾力": "mmtal", "阿依古丽": "aygl", "张 三": "zs",
    "O'Neil": "oneil",
    "": "", "·": "", "张🙂三": "zs", "𠮷田": "t",
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_name_is_typed_by_the_first_letters_it_is_read_with(name):
    assert initials(name) == READ[name]


def test_a_column_is_read_as_its_names_one_by_one():
    names = np.array(list(READ) * 3)

    assert initials_of(names).tolist() == [READ[name].encode() for name in names.tolist()]
    assert initials_of(names[::2]).tolist() == [READ[name].encode() for name in names[::2].tolist()]
    assert initials_of(np.array([], "U4")).tolist() == []


def test_a_million_names_take_a_moment():
    names = np.array(["张伟", "王小丽", "买买提·艾力", "单田芳"] * 250_000)

    began = time.process_time()
    initials_of(names)

    assert time.process_time() - began < 3
