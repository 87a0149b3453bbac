"""What is said where values of two types meet: English, Chinese. Values stand in braces."""

SENTENCES: dict[str, tuple[str, str]] = {
    "no_condition": (
        "A condition is wanted here, this is {type}. Compare it: … == …, … >= …",
        "这里需要一个条件，写的却是{type}。请写成比较：… == …、… >= …",
    ),
    "no_answer": (
        "A rule answers yes or no, or gives a number, a text or a date; this is {type}.",
        "规则的结果应当是“是或否”，或者数字、文字、日期；这里是{type}。",
    ),
    "no_amount": ("An amount is a number; this is {type}.", "金额应当是数字；这里是{type}。"),
    "clash": ("{left} and {right} cannot meet here.", "{left}和{right}不能放在一起。"),
    "clash_decimal": (
        'A decimal and a double cannot meet: a double is not exact. Write decimal("0.5") instead of 0.5',
        '小数和双精度数不能放在一起：双精度数不精确。请把 0.5 写成 decimal("0.5")',
    ),
    "clash_double": (
        "A whole number and a double cannot meet by themselves. Write double(…) round the whole number.",
        "整数和双精度数不能直接放在一起。请把整数写成 double(…)",
    ),
    "clash_duration": (
        "A duration is not a number. Write days(…) for its whole days, or years(from, to)",
        "时长不是数字。整天数请写 days(…)，周年数请写 years(起, 止)",
    ),
    "clash_date": (
        'A date is not a text. Write date("2024-02-29")',
        '日期不是文字。请写 date("2024-02-29")',
    ),
    "clash_text": (
        "A text and {left} or {right} cannot meet. Take the quotation marks away, or write string(…) or int(…)",
        "文字不能和别的值放在一起（这里是{left}和{right}）。请去掉引号，或者写 string(…)、int(…)",
    ),
    "no_equality": (
        "Lists, maps and rows are not compared. Compare a field of them, or use .exists(…) and .all(…)",
        "列表、对照表和记录不能比较。请比较其中的字段，或者用 .exists(…)、.all(…)",
    ),
    "branch_kind": (
        "Only values can be chosen, this is {type}. Choose a field of it.",
        "“? :”只能选择一个值，这里是{type}。请选它的字段。",
    ),
    "no_arithmetic": ("{left} {sign} {right} means nothing.", "{left} {sign} {right} 没有意义。"),
    "no_negative": (
        "- before {type} means nothing. For the opposite write !",
        "{type}前面不能写负号。要表示相反请写 !",
    ),
    "remainder": (
        "Doubles have no remainder. Write int(…) % …",
        "双精度数没有余数。请写 int(…) % …",
    ),
    "date_plus_date": (
        "Two dates cannot be added. For the time between them write … - …",
        "两个日期不能相加。要算相隔多久请写 … - …",
    ),
    "date_plus_int": (
        'Days are added as a duration: … + duration("24h")',
        '日期加减天数要写时长：… + duration("24h")',
    ),
    "list_sum": (
        "Lists are not joined. Ask each of them: … in a || … in b",
        "列表不能相加。请分别问：… in a || … in b",
    ),
}
