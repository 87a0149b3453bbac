"""The sentences about texts that are no rules, by code: English, Chinese. Values stand in braces."""

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
    # Names
    "without_subject": ("Write {instead} instead of {name}", "请把 {name} 写成 {instead}"),
    "not_called": ("{name} is a function. Write {name}(…)", "{name} 是函数。请写 {name}(…)"),
    "unknown_name": (
        "Nothing is called {name}. Did you mean {near}?",
        "没有叫“{name}”的东西。是不是想写 {near}？",
    ),
    "unknown_field": (
        "{of} has no field {name}. Did you mean {near}?",
        "“{of}”没有字段“{name}”。是不是想写 {near}？",
    ),
    "no_purpose": (
        "“{name}” may not be used for the purpose {purpose}. Leave it out, or choose a purpose that allows it.",
        "“{name}”不能用于“{purpose}”这个用途。请去掉它，或者换一个允许使用它的用途。",
    ),
    "field_of_list": (
        "A list has no field {name}. Ask its rows: .exists(x, x.{name} …), or take a value of each: .map(x, x.{name})",
        "列表没有字段“{name}”。请逐条问：.exists(x, x.{name} …)，或取出每条的值：.map(x, x.{name})",
    ),
    "field_of_value": ("{type} has no field {name}.", "{type}没有字段“{name}”。"),
    "taken_name": (
        "{name} has a meaning already. Choose another name.",
        "“{name}”已经有含义，请换一个名称。",
    ),
    "unknown_function": (
        "There is no function {name}. Did you mean {near}?",
        "没有函数“{name}”。是不是想写 {near}？",
    ),
    "left_out": ("{name}(…) is not part of the rule language.", "规则里没有 {name}(…)。"),
    "left_out_for": (
        "{name} is not part of the rule language. Write {instead}",
        "规则里没有 {name}。请写 {instead}",
    ),
    "called_on": ("Write ….{name}(…): it is asked of a value.", "请写成 ….{name}(…)：要写在值的后面。"),
    "called_with": ("Write {name}(…) with the value in the brackets.", "请写成 {name}(…)，把值放进括号里。"),
    "argument_count": (
        "{name} takes {wanted} values, here are {given}.",
        "{name} 需要{wanted}个值，这里有{given}个。",
    ),
    "argument": ("{name} wants {wanted} here, this is {type}.", "{name} 这里需要{wanted}，写的却是{type}。"),
    "has_what": (
        "has(…) asks whether a field is known. Write has(person.name)",
        "has(…) 用来问某个字段是否已知。请写 has(person.name) 这样的形式。",
    ),
    "param_what": ('Write the key of a parameter: param("…")', '请写参数的代号：param("…")'),
    "unknown_parameter": (
        "Nobody defined the parameter {key}. Look it up in the list of parameters.",
        "没有定义参数“{key}”。请到参数表里查它的代号。",
    ),
    "no_conversion": ("{name}(…) cannot be made of {type}.", "{type}不能用 {name}(…) 转换。"),
    # Types that meet
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
    # Lists and maps
    "in_what": (
        "in asks a list or a map, this is {type}. For a part of a text write .contains(…)",
        "in 要跟列表或对照表，这里是{type}。要问文字中的一部分请写 .contains(…)",
    ),
    "in_rows": (
        "Rows are not compared. Ask for a field: .exists(x, x.… == …)",
        "记录不能比较。请问字段：.exists(x, x.… == …)",
    ),
    "no_order": (
        "Related rows have no order. Write .exists(x, …), .all(x, …), or min and max of a value.",
        "相关记录没有先后。请写 .exists(x, …)、.all(x, …)，或者某个值的 min、max。",
    ),
    "index_of": (
        "[…] asks a written list or a map, this is {type}.",
        "[…] 只能用于写出来的列表或对照表，这里是{type}。",
    ),
    "index_by": ("[…] wants {wanted} here, this is {type}.", "[…] 里需要{wanted}，写的却是{type}。"),
    "empty_list": (
        "An empty list or map says nothing. Write what it holds.",
        "空的列表或对照表没有意义。请写出内容。",
    ),
    "mixed_list": (
        "A list holds one kind of value, here {left} and {right}.",
        "一个列表只能放同一种值，这里有{left}和{right}。",
    ),
    "list_holds": ("A list cannot hold {type}. Take a field of it.", "列表里不能放{type}。请取它的字段。"),
    "map_key": (
        "The keys of a map are written out: all texts, all whole numbers, or true and false.",
        "对照表的键要直接写出：全是文字、全是整数，或者 true 和 false。",
    ),
    "map_twice": ("This key stands in the map already.", "对照表里已经有这个键。"),
    "map_three": (
        "map with a condition is not used here. Write .filter(x, …).map(x, …)",
        "规则里不用带条件的 map。请写 .filter(x, …).map(x, …)",
    ),
    "map_gives": (
        "map takes one value of each row, this is {type}. Write .map(x, x.field)",
        "map 从每条记录取一个值，这里是{type}。请写 .map(x, x.字段)",
    ),
    "macro_form": (
        "Write .{name}(x, … x …): a name and what is asked of it.",
        "请写 .{name}(x, … x …)：一个名称，和要问它的内容。",
    ),
    "macro_over": (
        "{name} goes through a list, this is {type}.",
        "{name} 要跟在列表后面，这里是{type}。",
    ),
    "filter_written": (
        "{name} is for related rows. Of written values, write only those that are meant.",
        "{name} 用于相关记录。直接写出来的值，请只写需要的那些。",
    ),
    "one_list": (
        "{name}(…) wants one list. For several values write {instead}",
        "{name}(…) 需要一个列表。几个值请写 {instead}",
    ),
    "measure_of": ("{name}(…) wants a list, this is {type}.", "{name}(…) 需要列表，这里是{type}。"),
    "measure_rows": (
        "{name}(…) wants a value of each row. Write {name}(….map(x, x.field))",
        "{name}(…) 需要每条记录的一个值。请写 {name}(….map(x, x.字段))",
    ),
    "sum_of": ("{type} cannot be added up.", "{type}不能求和。"),
    "double_sum": (
        "Doubles have no sum: it would hang on their order. Use decimals.",
        "双精度数不能求和：结果会随次序变化。请用小数。",
    ),
    "least_of": ("{name}(…) is for numbers, this is {type}.", "{name}(…) 用于数字，这里是{type}。"),
    # Patterns
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
"""A code is stable: pages, the API and tests know it."""
