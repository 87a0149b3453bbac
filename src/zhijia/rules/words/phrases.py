"""The phrases the words are made of, both languages side by side. `{…}` is filled by the speaker."""

from collections.abc import Mapping

from zhijia.catalogue.text import Text
from zhijia.rules.ir import Comparison, Function, Measure, Operation

NUMBERS: Mapping[Comparison, Text] = {
    Comparison.EQUAL: Text(en="is {v}", zh="等于{v}"),
    Comparison.DIFFERENT: Text(en="is not {v}", zh="不等于{v}"),
    Comparison.LESS: Text(en="is below {v}", zh="低于{v}"),
    Comparison.LEAST: Text(en="is at most {v}", zh="不超过{v}"),
    Comparison.MORE: Text(en="is more than {v}", zh="超过{v}"),
    Comparison.MOST: Text(en="is at least {v}", zh="不低于{v}"),
}
LASTING: Mapping[Comparison, Text] = {
    **NUMBERS,
    Comparison.LESS: Text(en="is under {v}", zh="不满{v}"),
    Comparison.MOST: Text(en="is at least {v}", zh="满{v}"),
    Comparison.EQUAL: Text(en="is exactly {v}", zh="正好{v}"),
    Comparison.DIFFERENT: Text(en="is not exactly {v}", zh="不是{v}"),
}
AGES: Mapping[Comparison, Text] = {**LASTING, Comparison.LESS: Text(en="is under {v}", zh="未满{v}")}
REACHING: Mapping[Comparison, Text] = {
    **LASTING,
    Comparison.LESS: Text(en="is under {v}", zh="不到{v}"),
    Comparison.MOST: Text(en="is at least {v}", zh="达到{v}"),
    Comparison.EQUAL: NUMBERS[Comparison.EQUAL],
    Comparison.DIFFERENT: NUMBERS[Comparison.DIFFERENT],
}
"""So long, where what it is held against is no number of the rule's own."""

HEADS: Mapping[Comparison, Text] = {
    **NUMBERS,
    Comparison.LESS: Text(en="is below {v}", zh="少于{v}"),
    Comparison.MOST: Text(en="is at least {v}", zh="不少于{v}"),
}
"""People and things counted."""

DATES: Mapping[Comparison, Text] = {
    Comparison.EQUAL: Text(en="is {v}", zh="是{v}"),
    Comparison.DIFFERENT: Text(en="is not {v}", zh="不是{v}"),
    Comparison.LESS: Text(en="is before {v}", zh="早于{v}"),
    Comparison.LEAST: Text(en="is not later than {v}", zh="不晚于{v}"),
    Comparison.MORE: Text(en="is after {v}", zh="晚于{v}"),
    Comparison.MOST: Text(en="is not earlier than {v}", zh="不早于{v}"),
}
DURATIONS: Mapping[Comparison, Text] = {
    **NUMBERS,
    Comparison.LESS: Text(en="is shorter than {v}", zh="短于{v}"),
    Comparison.MORE: Text(en="is longer than {v}", zh="超过{v}"),
    Comparison.MOST: Text(en="is at least {v}", zh="不短于{v}"),
}
STRINGS: Mapping[Comparison, Text] = {
    Comparison.EQUAL: Text(en="is {v}", zh="是{v}"),
    Comparison.DIFFERENT: Text(en="is not {v}", zh="不是{v}"),
    Comparison.LESS: Text(en="comes before {v} in character order", zh="按字符顺序排在{v}之前"),
    Comparison.LEAST: Text(en="does not come after {v} in character order", zh="按字符顺序不排在{v}之后"),
    Comparison.MORE: Text(en="comes after {v} in character order", zh="按字符顺序排在{v}之后"),
    Comparison.MOST: Text(en="does not come before {v} in character order", zh="按字符顺序不排在{v}之前"),
}
SAME: Mapping[Comparison, Text] = {
    **STRINGS,
    Comparison.EQUAL: Text(en="is the same as {v}", zh="与{v}相同"),
    Comparison.DIFFERENT: Text(en="is not the same as {v}", zh="与{v}不同"),
}
CONDITIONS: Mapping[Comparison, Text] = {
    Comparison.EQUAL: Text(
        en="either both of these hold or neither does:", zh="下面两项要么都符合，要么都不符合："
    ),
    Comparison.DIFFERENT: Text(en="exactly one of these two holds:", zh="下面两项正好符合一项："),
    Comparison.LESS: Text(
        en="the second of these holds and the first does not:", zh="下面第二项符合，第一项不符合："
    ),
    Comparison.LEAST: Text(
        en="if the first of these holds, so does the second:", zh="只要符合下面第一项，就也符合第二项："
    ),
    Comparison.MORE: Text(
        en="the first of these holds and the second does not:", zh="下面第一项符合，第二项不符合："
    ),
    Comparison.MOST: Text(
        en="if the second of these holds, so does the first:", zh="只要符合下面第二项，就也符合第一项："
    ),
}
"""Two yes-or-no values compared (false comes before true)."""

COUNTS: Mapping[Comparison, Text] = {
    Comparison.EQUAL: Text(en="exactly {n} of the {x}", zh="正好有{n}个"),
    Comparison.DIFFERENT: Text(en="not exactly {n} of the {x}", zh="不是正好{n}个"),
    Comparison.LESS: Text(en="fewer than {n} of the {x}", zh="少于{n}个"),
    Comparison.LEAST: Text(en="at most {n} of the {x}", zh="最多有{n}个"),
    Comparison.MORE: Text(en="more than {n} of the {x}", zh="超过{n}个"),
    Comparison.MOST: Text(en="at least {n} of the {x}", zh="至少有{n}个"),
}

TEXTS: Mapping[tuple[Function, bool], Text] = {
    (Function.STARTS_WITH, True): Text(en="begins with {v}", zh="以{v}开头"),
    (Function.STARTS_WITH, False): Text(en="does not begin with {v}", zh="不以{v}开头"),
    (Function.ENDS_WITH, True): Text(en="ends with {v}", zh="以{v}结尾"),
    (Function.ENDS_WITH, False): Text(en="does not end with {v}", zh="不以{v}结尾"),
    (Function.CONTAINS, True): Text(en="contains {v}", zh="含有{v}"),
    (Function.CONTAINS, False): Text(en="does not contain {v}", zh="不含有{v}"),
    (Function.MATCHES, True): Text(en="has the form {v}", zh="符合格式{v}"),
    (Function.MATCHES, False): Text(en="does not have the form {v}", zh="不符合格式{v}"),
}

SUMS: Mapping[Operation, Text] = {
    Operation.ADD: Text(en="{a} plus {b}", zh="{a}加上{b}"),
    Operation.SUBTRACT: Text(en="{a} minus {b}", zh="{a}减去{b}"),
    Operation.MULTIPLY: Text(en="{a} times {b}", zh="{a}乘以{b}"),
    Operation.DIVIDE: Text(en="{a} divided by {b}", zh="{a}除以{b}"),
    Operation.REMAINDER: Text(en="what is left over when {a} is divided by {b}", zh="{a}除以{b}的余数"),
}

WHOLES: Mapping[Measure, Text] = {
    Measure.SIZE: Text(en="the number of {x}", zh="{x}的个数"),
    Measure.SUM: Text(en="the total {x}", zh="{x}合计"),
    Measure.MIN: Text(en="the lowest {x}", zh="最低的{x}"),
    Measure.MAX: Text(en="the highest {x}", zh="最高的{x}"),
}
YOUNGEST: Mapping[Measure, Text] = {
    Measure.MIN: Text(en="the lowest {x}", zh="最小的{x}"),
    Measure.MAX: Text(en="the highest {x}", zh="最大的{x}"),
}
EARLIEST: Mapping[Measure, Text] = {
    Measure.MIN: Text(en="the earliest {x}", zh="最早的{x}"),
    Measure.MAX: Text(en="the latest {x}", zh="最晚的{x}"),
}

CALLS: Mapping[Function, Text] = {
    Function.LENGTH: Text(en="the length of {a}", zh="{a}的字数"),
    Function.YEARS: Text(en="the number of full years from {a} to {b}", zh="从{a}到{b}的整年数"),
    Function.MONTHS: Text(en="the number of full months from {a} to {b}", zh="从{a}到{b}的整月数"),
    Function.DAYS: Text(en="the number of whole days in {a}", zh="{a}的天数"),
    Function.YEAR: Text(en="the year of {a}", zh="{a}的年份"),
    Function.MONTH: Text(en="the month of {a}", zh="{a}的月份"),
    Function.DAY_OF_MONTH: Text(en="the day of the month of {a}", zh="{a}在当月的日子"),
    Function.DAY_OF_WEEK: Text(en="the weekday of {a}", zh="{a}当天"),
    Function.TO_INT: Text(en="{a} without decimals", zh="{a}（舍去小数）"),
    Function.TO_DOUBLE: Text(en="{a}", zh="{a}"),
    Function.TO_DECIMAL: Text(en="{a}", zh="{a}"),
    Function.TO_STRING: Text(en="{a} as text", zh="写成文字的{a}"),
    Function.SMALLER: Text(en="the lower of {a} and {b}", zh="{a}和{b}中的较低者"),
    Function.GREATER: Text(en="the higher of {a} and {b}", zh="{a}和{b}中的较高者"),
}

SINCE: Mapping[Function, Text] = {
    Function.YEARS: Text(en="the number of full years since {a}", zh="{a}至今的整年数"),
    Function.MONTHS: Text(en="the number of full months since {a}", zh="{a}至今的整月数"),
    Function.DAYS: Text(en="the number of days since {a}", zh="{a}至今的天数"),
}

ALL = Text(en="all of these hold:", zh="同时符合以下条件：")
ANY = Text(en="at least one of these holds:", zh="符合以下任意一项：")
ALWAYS = {
    True: Text(en="this always holds", zh="总是符合"),
    False: Text(en="this never holds", zh="总是不符合"),
}
SPOKEN = {
    True: Text(en="{a} is on record", zh="已登记{a}"),
    False: Text(en="{a} is not on record", zh="没有登记{a}"),
}
THERE = {
    True: Text(en="there is {a}", zh="有{a}"),
    False: Text(en="there is no {a}", zh="没有{a}"),
}
