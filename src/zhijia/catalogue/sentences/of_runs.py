"""What is said of parts that do not fit each other, of what is run with many (drives, appraisals, rounds), by code:
English, Chinese; without the full stop."""

OF_RUNS: dict[str, tuple[str, str]] = {
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
        "面向名录条目或家庭的，名单范围要选定哪个名录；状态和内容的限定只和名录一起写",
    ),
    "who_of_household": (
        "a roster of households names the list of their members, and no other roster does",
        "面向家庭的，名单范围要选定家庭成员名录，其他名单不写",
    ),
    "who_one_rule": (
        "of “{called}” fill in one alone, since only one can count; for rows of a list none",
        "“{called}”只能填一项，同时填写就不知道以哪个为准；面向名录条目或家庭的都不填",
    ),
    "who_levels": (
        "levels say which unions are meant, nothing else",
        "名单范围里的层级只用于面向工会的行动",
    ),
    "who_rule": (
        "a roster of people or employers needs one of “{called}”",
        "人员或用人单位的名单，要填写“{called}”中的一项",
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
        "of “{called}” fill in both or neither",
        "“{called}”要同时填写，或者都不填",
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
