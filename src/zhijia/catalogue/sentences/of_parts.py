"""What is said of parts that do not fit each other, by code: English, Chinese; without the full stop."""

UNFIT: dict[str, tuple[str, str]] = {
    "brace_open": ("{language}: a brace is left open or closed twice", "{language}：花括号没有成对"),
    "nobody_fills": (
        "{language}: nobody fills in {{{name}}}; there are {there}",
        "{language}：没有谁来填 {{{name}}}，可用的有 {there}",
    ),
    "to_before_from": ("'to' has to be later than 'from'", "to 要晚于 from"),
    "wrong_type": ("the value {value} is not of the type {type}", "值 {value} 不属于类型 {type}"),
    "two_values": (
        "two values hold on {day} for the division {place}",
        "{day} 在区划 {place} 有两个值同时有效",
    ),
    "shares_not_one": ("the shares add up to {sum}, not to 1", "各份额之和是 {sum}，应当等于 1"),
    "code_twice": ("the code {name} is there twice", "代码 {name} 重复了"),
    "no_placeholder": ("the placeholder {{{name}}} is not among the values", "{{{name}}} 不在可填的值里"),
    "stray_day": ("the day {day} is not in the year {year}", "{day} 不在 {year} 年"),
    "roster_parts": (
        "a question of the type roster has columns and most_lines, and no other does",
        "只有 roster 类型的问题写 columns 和 most_lines，并且必须写",
    ),
    "roster_plain": (
        "a roster is neither sealed nor asked later or under a condition",
        "名单不能密封，也不能以后再问或者附条件",
    ),
    "no_column": ("{name} cannot be the column of a roster", "{name} 不能作为名单的一列"),
    "roster_columns": (
        "a roster has one column for a person and one for an amount at most, and no name twice",
        "名单里人员、金额最多各一列，列名不能重复",
    ),
    "code_needs_list": (
        "a question of the type code names its code_list, and no other does",
        "只有 code 类型的问题写 code_list，并且必须写",
    ),
    "choices_listed": (
        "a question of the type choice or choices lists them, and no other does",
        "只有 choice 和 choices 类型的问题列出 choices，并且必须列",
    ),
    "held_fills": (
        "a question of the type held names the field it fills_from, and no other does",
        "只有 held 类型的问题写 fills_from，并且必须写",
    ),
    "held_fields": (
        "what is held can be {names}, neither sealed nor asked later",
        "能显示的登记项是 {names}，不能密封，也不能以后再问",
    ),
    "no_day": ("there is no day {day}", "没有 {day} 这一天"),
    "notice_says": (
        "a step that does notice says how, and no other does",
        "只有公示的步骤写 notice，并且必须写",
    ),
    "serve_says": (
        "a step that does serve says on whom, and no other does",
        "只有送达的步骤写 serving，并且必须写",
    ),
    "wait_says": (
        "a step that does wait says for what, without a limit, and no other does",
        "只有等待的步骤写 waits，并且必须写，不写 limit",
    ),
    "no_frozen_hours": ("a step counted in hours has no frozen days", "按小时计的步骤不能写 frozen"),
    "frozen_most": ("a step is frozen on {most} days of a year at most", "一个步骤一年最多停办{most}天"),
    "paper_number": (
        "the number of a paper names {{year}} and {{serial}}, once each and nothing else",
        "文号里 {{year}} 和 {{serial}} 各写一次，不写别的",
    ),
    "lines_granted": ("lines are told of when they are granted", "名单的各条只在批准时记"),
    "steps_or_items": (
        "a matter has steps, or items that have theirs",
        "事项要写 steps；或者写 items，步骤在各个事项里",
    ),
    "two_items": (
        "items are two at least, and one of them is not optional",
        "items 至少两项，并且至少有一项是必办的",
    ),
    "items_result": (
        "what comes of a matter of several items stands with them: no outcomes, facts, amount, eligibility, appeal",
        "几个事项一起办的，结果写在各个事项里：不写 outcomes、facts、amount、eligibility、appeal",
    ),
    "granted_twice": (
        "what was granted is objected to only where nothing comes of it but the answer: no outcomes, facts, amount,"
        " roster, later steps",
        "已同意的事项要能复查，就只能有答复本身：不写 outcomes、facts、amount、名单和办结后的步骤",
    ),
    "one_roster": ("a matter asks for one roster at most", "一个事项最多一份名单"),
    "person_in_roster": ("a person is named in a roster alone", "人员只能写在名单里"),
    "there_twice": ("the {what} {name} is there twice", "{name} 重复了（{what}）"),
    "text_or_condition": (
        "a rule has a text, or a condition and perhaps an amount",
        "规则写 text；或者写 condition，需要时再写 amount",
    ),
}
