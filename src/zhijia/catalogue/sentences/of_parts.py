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
    "held_by_one": (
        "what is held comes from facts (told) or from a port, one of them",
        "已掌握的内容（held）由统计得出（told）或者取自系统（port），二者选一",
    ),
    "held_plainly": (
        "{name}: what is held is a text or a number, and stands under no condition",
        "{name}：已掌握的内容（held）只能是文字或数字，不能带条件（when）",
    ),
    "thing_lacks": ("fill in: {called}", "请填写：{called}"),
    "thing_strange": (
        "this does not belong to what is done here, so empty it: {called}",
        "这种做法不填这些内容，请清空：{called}",
    ),
    "nothing_asked": (
        "{name}: all of it is held already, so there is nothing to ask; leave the return out",
        "{name}：所有内容都已掌握，没有要填的，请去掉这张报表",
    ),
    "employer_answers": (
        "{name}: only what a drive about employers asks is answered by the employer itself",
        "{name}：只有以用人单位为对象的行动，才能由单位自己填报",
    ),
    "employer_is_asked_all": (
        "{name}: what the employer answers itself cannot show what the union holds already; ask it, or leave it out",
        "{name}：由单位自己填报的表不能显示工会已掌握的内容，请改为填写，或者去掉",
    ),
    "runs_for": (
        "a season says months, several years say years, and nothing else does",
        "持续一个时段的写明几个月（months），持续几年的写明几年（years），其他情况都不写",
    ),
    "who_of_list": (
        "a roster of rows names their list; states and where belong to it alone",
        "面向名录条目或家庭的，名单范围要选定哪个名录（list）；状态和内容的限定只和名录一起写",
    ),
    "who_of_household": (
        "a roster of households names the list of their members, and no other roster does",
        "面向家庭的，名单范围要选定家庭成员名录（members），其他名单不写",
    ),
    "who_one_rule": (
        "who is meant is said by a rule of the catalogue or by a text, not by both, and of rows by neither",
        "名单范围的规则（rule）和自写条件（text）只写一个；面向名录条目或家庭的都不写",
    ),
    "who_levels": (
        "levels say which unions are meant, nothing else",
        "名单范围的层级（levels）只用于面向工会的行动",
    ),
    "who_rule": (
        "a roster of people or employers is made by a rule or a text",
        "人员或用人单位的名单，要选定规则（rule）或者自己写条件（text）",
    ),
    "pot_of_unions": ("a pot is shared among unions", "pot 只能在工会之间分配"),
    "to_people": (
        "{name}: {gives} is for people, and this roster is not of people",
        "{name}：{gives} 只能给人，而这份名单不是人员名单",
    ),
    "amount_or_share": (
        "{name}: money says its amount, or is each one's share of the pot (of_pot: true), not both",
        "{name}：发放资金要写明每个对象的金额（amount），或者按分配的份额发放（of_pot），二者选一",
    ),
    "share_of_pot": ("{name}: there is no pot of fen to be paid", "{name}：没有以分为单位的 pot 可以拨付"),
    "pot_once": ("the pot is paid out by one thing alone", "pot 只能由一项事项拨付"),
    "money_of_budget": (
        "{name}: money is given from a budget; write budget",
        "{name}：发放资金要有预算，请填写“资金”（budget）",
    ),
    "text_or_condition": (
        "a rule has a text, or a condition and perhaps an amount",
        "写规则内容（text）；或者写条件（condition），需要时再写金额（amount）",
    ),
    "item_sort": (
        "{name}: each is what an item of the sort deduct takes off, steps are those of the sort steps;"
        " no other has them",
        "{name}：每次扣分的（deduct）要写每次扣几分（each），按档次的要列出档次（steps），其他的都不写",
    ),
    "steps_reach": (
        "{name}: the best step brings the points of the item",
        "{name}：最高一档的分值要等于本项分值",
    ),
    "figure_marks": (
        "{name}: what a figure fills says full for points, at for each of its steps, and neither otherwise",
        "{name}：取系统数据的项目，打分的要写达到多少得满分（full），按档次的每档要写达到多少（at），其他的都不写",
    ),
    "extra_alone": (
        "{name}: what is extra is no veto and cannot lack",
        "{name}：加分项不能是一票否决项，也不能缺项",
    ),
    "assessed_by": (
        "{name}: assessors, spread and all_along belong to desk and visit, and spread to several assessors",
        "{name}：考评人数、加人和提前评分只用于材料评审和实地考察；要加人就要写考评人数（assessors）",
    ),
    "part_marks": (
        "the part {name} marks no item of the hundred (figures mark those that have from)",
        "{name} 这一部分没有可评的项目（figures 只评写了 from 的项目）",
    ),
    "item_marked": ("no part marks the item {name}", "没有哪一部分评 {name} 这一项"),
    "all_by_rule": (
        "a rule chooses among all unions or employers: begins has all, and the subject is no row",
        "rule 用来从全部工会或单位里选：begins 要有 all，subject 不能是 row",
    ),
    "self_scored": (
        "who begins by themselves marks themselves: a part by self",
        "begins 有 self 的，要有一个 by: self 的部分",
    ),
    "names_or_shows": (
        "holders hold a title, and what is public hangs for the days of notice",
        "begins 有 holders 的要写 titles；public 的要写 notice",
    ),
    "fails_opens": (
        "fails_under says below which share an item fails and opens a matter; the one needs the other",
        "fails_under 和项目的 opens 要同时写：低于这个比例就立项整改",
    ),
    "share_or_number": (
        "the quota {name} says a share or a number, one of the two",
        "名额要求 {name} 写比例（share）或者数量（number），二者选一",
    ),
    "judged_or_voted": (
        "the stage {name} has criteria and judges, or a questionnaire the public votes on",
        "评审环节 {name} 要写评分项目和评委人数（criteria、judges），或者选公众投票（questionnaire），二者选一",
    ),
    "nominates_self": (
        "a {subject} does not nominate itself: leave self out of nominates",
        "评选对象为 {subject} 时不能本人申报，请去掉“本人申报”（self）",
    ),
    "round_of_list": (
        "a round about rows names the list they are of, and no other does",
        "从名录里评选的要选定哪个名录（of），其他的不写",
    ),
    "round_open": ("{name}: a nomination asks nothing that is sealed", "{name}：推荐表不能有密封的问题"),
    "round_branches": (
        "{name}: a nomination leaves nothing out by when",
        "{name}：申报内容不能按条件跳题（when）",
    ),
    "given_to_list": (
        "gives names a list and what stands in its fields, or neither",
        "授予内容中的记入名录（list）和写入内容（given）要同时写",
    ),
    "pays_people": (
        "there is no person to pay for a {subject}: write to: union",
        "{subject} 没有可发放的个人，请写 to: union",
    ),
    "grade_amounts": (
        "where money is paid, each grade has its amount, or pay names the question that asks for it",
        "要发奖励的，每个等次写明金额（amount），或者写明申报表里的金额问题（asks）",
    ),
    "pot_of_round": (
        "a pot is shared out once: equal names no asks, asked names one, and neither months",
        "总额分配（pot）只发一次：equal 不写 asks，asked 要写 asks，都不写 months",
    ),
    "quota_answers": (
        "{asked} has not all the answers that are ticked: tick those that count anew",
        "“{asked}”没有勾选的某些答案，请重新勾选计入的答案",
    ),
    "quota_counts": (
        "{name}: counted is a required question of the type code, choice or yes_no",
        "{name}：名额要求只能统计必填的单选、代码表、是或否问题",
    ),
}
