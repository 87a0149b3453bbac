"""What is said of signs, numbers, texts and dates wrongly written: English, Chinese. Values stand in braces."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The text and its signs
    "empty": (
        "Nothing is written here. Write a condition, for example: person.age >= 60",
        "这里什么也没写。请写一个条件，例如：person.age >= 60",
    ),
    "too_long": (
        "The rule is longer than {most} characters. Make several rules of it.",
        "规则超过{most}个字符。请拆成几条。",
    ),
    "too_deep": (
        "This is nested more than {most} deep. Make several rules of it, or take out brackets.",
        "嵌套超过{most}层。请拆成几条规则，或者减少括号。",
    ),
    "too_large": (
        "Written out, the lists make this rule longer than {most} parts. Use fewer or shorter lists.",
        "把列表逐项展开后，规则超过{most}个部分。请少用列表或缩短列表。",
    ),
    "wide_sign": (
        "{sign} is a full-width sign or one the language does not have. Write {instead}",
        "“{sign}”是全角符号，或者规则里没有这个符号。请改写成 {instead}",
    ),
    "strange_sign": (
        '{sign} means nothing here. Texts stand in quotation marks: "…"',
        '这里不认识“{sign}”。文字要放在英文引号里："…"',
    ),
    "quoted_name": (
        "Names in backticks are not used here. Write the name without them.",
        "名称不用反引号，请直接写名称。",
    ),
    "number_runs_on": (
        "{sign} is neither a number nor a name. Put a blank between them.",
        "“{sign}”既不是数字也不是名称。请在中间加空格。",
    ),
    "int_too_big": (
        'A whole number lies between {least} and {most}. Write a decimal: decimal("…")',
        '整数要在{least}和{most}之间。请写小数：decimal("…")',
    ),
    "text_open": ("The text is not closed. Write {quote} at its end.", "文字没有结束。请在末尾加上 {quote}"),
    "bad_escape": (
        "{sign} is no escape. For a backslash write two: \\\\",
        "“{sign}”不是转义符。要写反斜线，请写两个：\\\\",
    ),
    "no_zero_character": (
        "The character U+0000 cannot stand in a text. Take it out.",
        "文字里不能有字符U+0000，请去掉。",
    ),
    "half_character": (
        "This escape names no character. Write the character itself.",
        "这个转义不代表任何字符。请直接写出字符。",
    ),
    "ends_early": ("The rule ends here, but {wanted} is missing.", "规则到这里就结束了，还缺 {wanted}"),
    "goes_on": (
        "{sign} cannot follow here. Join conditions with && (and) or || (or).",
        "这里不能接“{sign}”。多个条件请用 &&（并且）或 ||（或者）连接。",
    ),
    "other_expected": (
        "{sign} stands where {wanted} was expected.",
        "这里应当是“{wanted}”，却写了“{sign}”。",
    ),
    "value_expected": (
        "{sign} stands where a value was expected: a field, a number, a text or a bracket.",
        "这里应当是一个值（字段、数字、文字或括号），却写了“{sign}”。",
    ),
    "mixed_signs": ("Write brackets between ! and -: !(-…)", "! 和 - 之间请加括号：!(-…)"),
    "reserved": ("{name} is reserved and cannot be a name.", "“{name}”是保留字，不能当名称。"),
    "no_messages": (
        "Name{{…}} makes a message, which rules do not have. Compare the fields one by one.",
        "规则里不能用“名称{{…}}”新建对象。请逐个比较字段。",
    ),
    "no_optional": (
        "The sign ? for optional values is not used here. Write has(…) ? … : …",
        "规则里不用表示可选值的问号。请写 has(…) ? … : …",
    ),
    # Values
    "no_null": (
        "null is not a value here: what we do not know is unknown. Write has(…) or !has(…)",
        "规则里没有 null：不知道的就是“未知”。请写 has(…) 或 !has(…)",
    ),
    "null": (
        "null is not a value here: what we do not know is unknown. Write {instead}",
        "规则里没有 null：不知道的就是“未知”。请写 {instead}",
    ),
    "no_bytes": ('Bytes are not used here. Write a text: "…"', '规则里不用字节串。请写文字："…"'),
    "no_uint": ("Unsigned numbers are not used here. Leave the u out.", "规则里不用无符号数。请去掉 u。"),
    "double_range": (
        "A double is 0 or between 1e-150 and 1e150. Write a smaller number.",
        "双精度数只能是0，或绝对值在1e-150到1e150之间。请写小一些的数。",
    ),
    "date_what": (
        'A date is written out: date("2024-02-29")',
        '日期要直接写出：date("2024-02-29")',
    ),
    "date_text": (
        'This is no day. Write year-month-day: date("2024-02-29")',
        '这不是有效的日期。请写“年-月-日”：date("2024-02-29")',
    ),
    "duration_what": (
        'A duration is written out: duration("48h30m")',
        '时长要直接写出：duration("48h30m")',
    ),
    "duration_text": (
        'This is no duration of whole seconds. Write hours, minutes and seconds: duration("48h30m"); a day is 24h',
        '这不是整秒的时长。请写时h、分m、秒s：duration("48h30m")；一天写24h',
    ),
    "decimal_what": (
        'A decimal is made of a whole number or written out: decimal("12.50")',
        '小数由整数得来，或者直接写出：decimal("12.50")',
    ),
    "decimal_text": (
        'This is no decimal of at most 18 digits and six places. Write: decimal("12.50")',
        '这不是小数（整数部分最多18位，小数最多6位）。请写：decimal("12.50")',
    ),
    "double_what": ("A double is written out: 1.5", "双精度数要直接写出：1.5"),
    "double_text": (
        "A double has no text that is the same everywhere. Use a decimal or int(…)",
        "双精度数没有统一的文字写法。请用小数，或用 int(…)",
    ),
    "part_of_day": (
        'Only whole days can be added to a date. Write duration("24h") for a day.',
        '日期只能加减整天。一天请写 duration("24h")。',
    ),
}
