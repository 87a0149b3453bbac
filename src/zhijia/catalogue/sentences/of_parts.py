"""What is said of parts that do not fit each other, of what is asked for, kept, voted on or ruled, by code: English,
Chinese; without the full stop. What is run with many is in `of_runs`."""

OF_PARTS: dict[str, tuple[str, str]] = {
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
        "清单（roster）要写明各列（columns）和最多几行（most_lines），其他问题不写",
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
        "从代码表中选（code）的要选定代码表（code_list），其他类型不写",
    ),
    "choices_missing": ("write the choices people choose from", "请写选项"),
    "choices_strange": (
        "only a question people choose from has choices; empty them",
        "只有单选和多选才写选项，请清空选项",
    ),
    "held_fills": (
        "a question of the type held names the field it fills_from, and no other does",
        "系统已掌握的内容（held）要写明是哪一项（fills_from），其他问题不写",
    ),
    "held_fields": (
        "what is held can be {names}, neither sealed nor asked later",
        "能显示的登记项是 {names}，不能密封，也不能以后再问",
    ),
    "no_day": ("there is no day {day}", "没有 {day} 这一天"),
    "notice_says": (
        "a step that does notice says how, and no other does",
        "公示的步骤要写明公示内容（notice），其他步骤不写",
    ),
    "serve_says": (
        "a step that does serve says on whom, and no other does",
        "送达的步骤要写明送达对象（serving），其他步骤不写",
    ),
    "wait_says": (
        "a step that does wait says for what, without a limit, and no other does",
        "等待的步骤要写明等什么（waits），不写期限（limit）；其他步骤不写",
    ),
    "no_frozen_hours": (
        "a step counted in hours has no frozen days",
        "按小时计的步骤不能有停办的日子（frozen）",
    ),
    "frozen_most": ("a step is frozen on {most} days of a year at most", "一个步骤一年最多停办{most}天"),
    "paper_number": (
        "the number of a paper names {{year}} and {{serial}}, once each and nothing else",
        "文号里 {{year}} 和 {{serial}} 各写一次，不写别的",
    ),
    "lines_granted": ("lines are told of when they are granted", "名单的各条只在批准时记"),
    "steps_or_items": (
        "a matter has steps, or items that have theirs",
        "要写办理步骤（steps），或者写一次办理的事项（items），二者选一",
    ),
    "two_items": (
        "items are two at least, and one of them is not optional",
        "一次办理的事项（items）至少两项，并且至少有一项是必办的",
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
    "there_twice": ("the {what} {name} is there twice", "“{name}”重复了（{what}）"),
    "label_twice": (
        'two are called "{name}"; give one another name',
        "有两项都叫“{name}”，请改掉一个名称",
    ),
    "label_long": ("a name has {most} characters at most", "名称最多{most}个字"),
    "default_fits": (
        "what older rows say in {name} does not fit what is filled in there",
        "“旧登记没有填写时的内容”和填写方式不符（{name}）",
    ),
    "row_of_list": (
        "a field of the type row names the list it is of, and no other does",
        "填写另一名录中的一条（row）时要选定哪个名录（of），其他类型不写",
    ),
    "not_found_by": (
        "{name} cannot be found by, nor be once: it is sealed, or a long text, several choices, a file or a point",
        "{name} 不能用来查找或要求唯一：密封的、长文本、多选、文件和位置都不行",
    ),
    "fills_its_type": (
        "{name}: what fills this is of the type {type} and not sealed",
        "{name}：fills 这一项要用 {type} 类型，并且不密封",
    ),
    "sealed_text": ("{name}: a text or a number is sealed, nothing else", "{name}：只有文本和号码可以密封"),
    "searched_file": ("{name}: only what files say is searched", "{name}：只有文件字段可以按内容检索"),
    "number_is_sealed": ("{name}: an identity number is sealed", "{name}：身份证号必须密封"),
    "personal_seen": (
        "{name}: neither what is sealed nor a person or number is seen by the public or by all members",
        "{name}：密封的内容、人员和号码，不能让公众或全体会员看到",
    ),
    "states_end": (
        "a row begins in the first state, which does not end it, and one of the others does",
        "第一个状态是开始状态，不能到此结束（ends）；其余状态至少有一个到此结束",
    ),
    "names_nothing": (
        "{called}: {name} is not there, or cannot stand here; choose another one",
        "{called}：“{name}”已经不存在，或者不能用在这里，请重新选择",
    ),
    "too_many_found_by": (
        "a list is found by {most} fields of the kind {slot} at most",
        "一个名录最多有{most}个 {slot} 类的查找字段",
    ),
    "public_title": (
        "the title of a public list is made of fields the public sees",
        "公开的名录，标题里的字段必须都是公众可见的",
    ),
    "personal_purpose": (
        "a list that tells something about people names its purpose",
        "涉及个人信息的名录必须写明数据用途（purpose）",
    ),
    "asked_openly": (
        "{name}: a questionnaire asks nothing that is sealed; do not ask for numbers of people",
        "{name}：问卷不能有密封的问题，不要在问卷里收集个人号码",
    ),
    "rows_listed": (
        "{name}: a matrix lists its rows, a ranking what is ranked, nothing else does",
        "{name}：逐项打分（matrix）要列出各项（rows），排序（ranking）要列出内容（ranked），其他类型都不写",
    ),
    "scale_ends": (
        "{name}: a scale runs from least to most, within 0 to 10",
        "{name}：打分要写下限（least）和上限（most），在0到10之间，下限小于上限",
    ),
    "passes_choice": (
        "{name}: passes is one of the choices of a question of the type choice",
        "{name}：“选哪一项算通过”（passes）要写本题的一个选项，只用于单选",
    ),
    "right_choice": (
        "{name}: right says which of its choices are right; a quiz asks nothing else",
        "{name}：要写明本题的正确答案（right）；知识竞赛每道题都要有",
    ),
    "sort_says": (
        "{part} belongs to some sorts of questionnaires; a {sort} has it wrongly, or lacks it",
        "{part} 只用于某些问卷种类；{sort} 多写了或缺少这一项",
    ),
    "asks_by_rule": (
        "rule says who is asked where asks is rule, and nowhere else",
        "参加的是“符合规则的人”时要选定规则（rule），其他情况不写",
    ),
    "small_cells": (
        "a {sort} says by small from which number on cells are shown",
        "{sort} 要用 small 写明多少人以上才显示",
    ),
    "votes_on": (
        "{name}: a ballot and a vote ask choices and candidates alone, the others nothing about candidates",
        "{name}：无记名投票和公众投票只能用单选或候选人（choice、candidates）；其他种类不能用候选人",
    ),
    "motion_passes": (
        "{name}: a motion says which choice passes it",
        "{name}：表决事项要写明选哪一项算通过（passes）",
    ),
    "no_branches": (
        "{name}: only surveys and ratings leave questions out by when",
        "{name}：只有问卷调查和服务评价可以按条件跳题（when）",
    ),
    "one_list": ("a ballot has one list of candidates", "一张票上只能有一份候选人名单"),
    "draws_most": (
        "{draws} questions cannot be drawn of {there}",
        "只有{there}道题，不能抽{draws}道",
    ),
    "rated_by": (
        "rated by {name}: there is no question of the type scale of this name",
        "rated.by 写了 {name}，但没有这个名称的 scale 题",
    ),
    "text_or_condition": (
        "write the rule alone, or a condition and perhaps an amount; not both, since only one can count",
        "只写规则内容，或者写条件（需要时再写金额），不能两样都写，否则不知道以哪个为准",
    ),
}
