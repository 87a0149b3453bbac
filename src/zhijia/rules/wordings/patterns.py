"""What is said of patterns: English, Chinese. Values stand in braces."""

SENTENCES: dict[str, tuple[str, str]] = {
    "pattern_constant": (
        'A pattern is written out as a text: .matches("…")',
        '匹配式要直接写成文字：.matches("…")',
    ),
    "pattern_long": ("The pattern is too long. Make several of it.", "匹配式太长。请拆成几个。"),
    "pattern_deep": ("The pattern nests too many groups.", "匹配式的括号嵌套太多。"),
    "pattern_sign": (
        "At sign {at} of the pattern, {sign} cannot stand there. For the sign itself write \\\\{sign}",
        "匹配式第{at}个字符“{sign}”不能写在这里。要表示它本身请写 \\\\{sign}",
    ),
    "pattern_repeat": (
        "At sign {at} of the pattern, {sign} cannot be repeated so. Use one of ? * + {{n,m}} behind a character.",
        "匹配式第{at}个字符“{sign}”处的重复不能这样写。请在字符后面用 ? * + {{n,m}} 中的一个。",
    ),
    "pattern_count": (
        "At sign {at} of the pattern, write a number of repetitions up to 255: {{2}}, {{2,}} or {{2,4}}",
        "匹配式第{at}个字符处，请写不超过255的次数：{{2}}、{{2,}} 或 {{2,4}}",
    ),
    "pattern_group": (
        "At sign {at} of the pattern, {sign} is not used here. Groups are written (…)",
        "匹配式第{at}个字符处的“{sign}”这里不用。分组请写 (…)",
    ),
    "pattern_open": (
        "The {sign} at sign {at} of the pattern is not closed.",
        "匹配式第{at}个字符“{sign}”没有结束。",
    ),
    "pattern_escape": (
        "At sign {at} of the pattern, {sign} is not used here. There are \\\\d \\\\w \\\\s and signs such as \\\\.",
        "匹配式第{at}个字符处的“{sign}”这里不用。可用 \\\\d \\\\w \\\\s，以及 \\\\. 这样的符号。",
    ),
    "pattern_class": (
        "At sign {at} of the pattern, {sign} is no set of characters. Write for example [0-9A-Z]",
        "匹配式第{at}个字符处的“{sign}”不是字符集合。请写 [0-9A-Z] 这样的形式。",
    ),
}
