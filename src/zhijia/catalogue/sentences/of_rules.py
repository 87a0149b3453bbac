"""Words that stand around what is named in sentences: the form rules speak of, a question inside a sentence, several
names in a row."""

import re
from collections.abc import Sequence

from zhijia.catalogue.text import Text

FORM = Text(en="Form", zh="表单")
NOTHING = Text(en="nothing", zh="无")
SPLIT_BY = Text(en="what the facts are split by", zh="统计口径")
_NAMED = 5
"""So many names stand in a row before the rest is counted."""
_WHOLE_SENTENCE = re.compile("[？，。?]")
"""A question asked in whole sentences stands in quotes inside another sentence."""


def in_a_sentence(label: Text, *, yes_no: bool) -> Text:
    """What is asked, so that it stands well inside a sentence about it."""
    en, zh = f"“{label.en}”", label.zh
    is_sentence = bool(_WHOLE_SENTENCE.search(zh))
    if yes_no:
        return Text(en=f"Has answered {en} with yes", zh=f"已对“{zh}”回答“是”" if is_sentence else zh)
    return Text(en=en, zh=f"“{zh}”" if is_sentence else zh)


def listed(labels: list[Text]) -> Text:
    """One after the other; nothing where there is none."""
    return (
        Text(en=", ".join(one.en for one in labels), zh="、".join(one.zh for one in labels))
        if labels
        else NOTHING
    )


def in_short(labels: Sequence[Text]) -> Text:
    """Names in a row, in quotes: the first of them, and how many more there are."""
    en = ", ".join(f"“{one.en}”" for one in labels[:_NAMED])
    zh = "、".join(f"“{one.zh}”" for one in labels[:_NAMED])
    more = len(labels) - _NAMED
    return Text(en=f"{en} and {more} more", zh=f"{zh}等{len(labels)}项") if more > 0 else Text(en=en, zh=zh)
