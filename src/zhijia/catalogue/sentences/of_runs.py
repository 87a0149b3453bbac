"""What is said of parts that do not fit each other, of what is run with many (drives, appraisals, rounds), by code:
English, Chinese; without the full stop."""

OF_RUNS: dict[str, tuple[str, str]] = {
    "held_by_one": (
        "what is known already is either counted or taken from the program: of “{called}” fill in one",
        "已掌握的内容只能来自一处：“{called}”只填一项",
    ),
    "held_plainly": (
        "{name}: what is known already is a text or a number, and has no condition",
        "{name}：已掌握的内容只能是文字或数字，不能设置填写条件",
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
        "a season says “{months}”, several years say “{years}”, and nothing else does",
        "持续一个时段的填写“{months}”，持续几年的填写“{years}”，其他情况都不填",
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
        "Fill in only one of “{called}”; the other would not count. For rows of a list or households fill in neither",
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
    "pot_of_unions": (
        "“{called}” is for drives about unions alone: empty it, or choose unions",
        "“{called}”只用于面向工会的行动，请清空，或者改为面向工会",
    ),
    "to_people": (
        "{name}: “{gives}” is for people, and this roster is not of people",
        "{name}：“{gives}”只能面向人员，而这份名单不是人员名单",
    ),
    "amount_or_share": (
        "{name}: where money is paid, fill in one of “{called}”",
        "{name}：发放资金要在“{called}”中选填一项",
    ),
    "share_of_pot": (
        "{name}: there is no sum of money to share: fill in “{called}” and choose money",
        "{name}：没有可以分配的资金，请填写“{called}”并选择分配资金",
    ),
    "pot_once": (
        "only one thing can have “{called}”",
        "只能有一项内容选“{called}”",
    ),
    "money_of_budget": (
        "{name}: money is paid from a budget: fill in “{called}”",
        "{name}：发放资金要有来源，请填写“{called}”",
    ),
    "item_sort": (
        "{name}: “{each}” is for items with points taken off, “{steps}” for those by steps; no other has them",
        "{name}：每次扣分的填写“{each}”，按档次的填写“{steps}”，其他的都不填",
    ),
    "steps_reach": (
        "{name}: the best step brings the points of the item",
        "{name}：最高一档的分值要等于本项分值",
    ),
    "figure_marks": (
        "{name}: with a number of the program, points up to that need “{full}”, each step needs “{at}”;"
        " nothing else has them",
        "{name}：取系统数据的项目，打分的填写“{full}”，按档次的每档填写“{at}”，其他的都不填",
    ),
    "extra_alone": (
        "{name}: what is extra is no veto and cannot lack",
        "{name}：加分项不能是一票否决项，也不能缺项",
    ),
    "assessed_by": (
        "{name}: “{called}” are for assessors, from the papers or on a visit, and another one needs how many there are",
        "{name}：“{called}”只用于材料评审和实地考察；要加人就要填写考评人数",
    ),
    "part_marks": (
        "the way of marking {name} marks no item of the hundred (figures mark only items with a number of the program)",
        "评分方式 {name} 没有可评的项目（按系统数据的只评选了系统数据的项目）",
    ),
    "item_marked": ("no part marks the item {name}", "没有哪一部分评 {name} 这一项"),
    "all_by_rule": (
        "“{called}” chooses among all: all under the union take part, and it is not about rows of a list",
        "“{called}”是从全部对象里选：参评方式要含全部参评，考评对象不能是名录条目",
    ),
    "self_scored": (
        "who enters by themselves marks themselves: add a way of marking in which they themselves mark",
        "可以自行报名的，要有一种由参评方自评的评分方式",
    ),
    "names_or_shows": (
        "where those who hold a title take part, or the public is shown the result, fill in “{called}”",
        "有称号的要复查，或者要向社会公开的，请填写“{called}”",
    ),
    "fails_opens": (
        "“{under}” of the appraisal and “{opens}” of an item belong together: fill in both or neither",
        "考评的“{under}”和考评项目的“{opens}”要同时填写，或者都不填",
    ),
    "share_or_number": (
        "{name}: fill in one of “{called}”",
        "{name}：“{called}”只填一项",
    ),
    "judged_or_voted": (
        "{name}: judges score it with the first two of “{called}”, or the public votes with the last; one or the other",
        "{name}：由评委评分的填前两项，由公众投票的只填最后一项：“{called}”",
    ),
    "nominates_self": (
        "“{subject}” does not put itself forward: take out “The person”",
        "评选对象是“{subject}”时不能本人申报，请取消“本人申报”",
    ),
    "round_of_list": (
        "a round about rows of a list fills in “{called}”, and no other does",
        "从名录里评选的要填写“{called}”，其他的不填",
    ),
    "round_open": ("{name}: a nomination asks nothing that is sealed", "{name}：推荐表不能有密封的问题"),
    "round_branches": (
        "{name}: a nomination asks every question, so none has “{called}”",
        "{name}：申报内容不能按条件跳题，请清空“{called}”",
    ),
    "given_to_list": (
        "of “{called}” fill in both or neither",
        "“{called}”要同时填写，或者都不填",
    ),
    "pays_people": (
        "where “{subject}” is chosen there is no person to pay: under “{called}” choose the union",
        "评选对象是“{subject}”时没有可发放的个人，“{called}”请选单位工会",
    ),
    "grade_amounts": (
        "where money is paid, fill in “{called}” at every grade, or name the question that asks for the sum",
        "要发奖励的，每个等次都要填写“{called}”，或者选定申报表里的金额问题",
    ),
    "pot_of_round": (
        "a whole budget is shared once: “{months}” stays empty, and “{asks}” is filled in only where it is shared"
        " by what each asks for",
        "总额只分配一次：“{months}”不填；按申请金额分配的才填“{asks}”",
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
