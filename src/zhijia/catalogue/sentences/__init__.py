"""What is said of definitions that cannot be used: a sentence with its place, in both languages."""

import re
from collections.abc import Mapping
from typing import Any, Self

from zhijia.catalogue.sentences.of_files import SENTENCES
from zhijia.catalogue.sentences.of_parts import OF_PARTS
from zhijia.catalogue.sentences.of_runs import OF_RUNS
from zhijia.catalogue.text import Text

UNFIT = {**OF_PARTS, **OF_RUNS}
UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_SAID = {
    **dict.fromkeys(
        UNKNOWN_KEY, Text(en="This key is not known here: take it out.", zh="这里没有这个名称，请删去。")
    ),
    "missing": Text(en="This is missing: write it.", zh="缺少这一项，请补上。"),
    "literal_error": Text(en="Write one of: {expected}.", zh="只能写其中一个，照写英文代码：{expected}。"),
    "int_type": Text(en="Write a whole number.", zh="请写整数。"),
    "int_parsing": Text(en="Write a whole number.", zh="请写整数。"),
    "bool_parsing": Text(en="Write true or false.", zh="请写 true 或 false。"),
    "date_from_datetime_parsing": Text(en="Write a day like 2026-11-21.", zh="请写日期，例如 2026-11-21。"),
    "string_pattern_mismatch": Text(
        en="Write small letters, digits, _ and dots alone.", zh="只能用小写字母、数字、下划线和点。"
    ),
}
TYPES = {
    "text": "短文字", "long_text": "长文字", "whole": "整数", "money": "金额", "date": "日期", "yes_no": "是或否",
    "code": "代码表", "choice": "单选", "choices": "多选", "mobile": "手机号", "id_number": "证件号码",
    "division": "地区", "union": "工会", "employer": "单位", "person": "人员", "row": "另一名册的一条", "file": "文件",
    "photo": "照片", "point": "地点", "scale": "打分", "matrix": "逐项打分", "ranking": "排序",
    "candidates": "候选人",
    "roster": "名单", "held": "已掌握的内容",
}  # fmt: skip
"""What the types of fields and questions are called."""
_OTHER = Text(en="{said}.", zh="这里写得不对：{said}。")


class Said(str):
    """One thing wrong with a definition, with its place before it: the text itself in English, `zh` in Chinese."""

    zh: str

    @classmethod
    def of(cls, place: str, words: Text) -> Self:
        """The sentence about this place."""
        made = cls(f"{place}: {words.en}")
        made.zh = f"{place}: {words.zh}"
        return made

    def under(self, name: str) -> "Said":
        """The same, of a file."""
        return Said.of(name, Text(en=str(self), zh=self.zh))


def said(code: str, place: str, **values: object) -> Said:
    """The sentence of the code with the values in it, about a place (`steps.county`); a text in both languages."""
    return Said.of(place, _in_both(SENTENCES[code], values))


def type_words(code: str) -> Text:
    """What a type of fields and questions is called."""
    return Text(en=code.replace("_", " "), zh=TYPES.get(code, code))


class Unfit(ValueError):
    """A part of a definition that does not fit the others, by its code in UNFIT; a text stands in both languages."""

    def __init__(self, code: str, **values: object) -> None:
        said = _in_both(UNFIT[code], values)
        super().__init__(said.en)
        self.values = values
        self.words = Text(en=f"{said.en[:1].upper()}{said.en[1:]}.", zh=f"{said.zh}。")


def _in_both(words: tuple[str, str], values: Mapping[str, object]) -> Text:
    """The words of both languages with the values in them; of a text those of the language."""
    en, zh = (
        said.format(
            **{name: getattr(one, language) if isinstance(one, Text) else one for name, one in values.items()}
        )
        for language, said in zip(("en", "zh"), words, strict=True)
    )
    return Text(en=en, zh=zh)


def of_error(error: Any) -> Text:
    """What pydantic found wrong, in both languages."""
    unfit = error.get("ctx", {}).get("error")
    if isinstance(unfit, Unfit):
        return unfit.words
    words = _SAID.get(error["type"])
    if words is None:
        return filled(_OTHER, said=error["msg"].removeprefix("Value error, "))
    expected = str(error.get("ctx", {}).get("expected", ""))
    return Text(en=words.en.format(expected=expected), zh=words.zh.format(expected=_in_chinese(expected)))


def _in_chinese(expected: str) -> str:
    """What can be written (`'text', 'date' or 'point'`), each in words with its code behind it."""
    codes = re.findall(r"'([^']*)'", expected)
    return "、".join(f"{TYPES[code]}（{code}）" if code in TYPES else code for code in codes) or expected


def filled(words: Text, **values: str) -> Text:
    """The words with the values in their blanks."""
    return Text(en=words.en.format(**values), zh=words.zh.format(**values))
