"""What is said of files and of parts of definitions that are not there, by code: English, Chinese."""

SENTENCES: dict[str, tuple[str, str]] = {
    "not_in_list": ("{name} is not one of the code list {list}.", "代码表 {list} 里没有 {name}。"),
    "no_purpose": ("there is no purpose {name}.", "没有用途 {name}。"),
    "no_parameter": ("there is no parameter {name}.", "没有参数 {name}。"),
    "no_permission": ("{name} is not a declared permission.", "没有权限 {name}。"),
    "nobody_holds": (
        "no role holds {name}, so nobody could do this step.",
        "没有哪个角色有 {name} 这项权限，这一步没有人能办。",
    ),
    "by_law": (
        "a notice needs an agreement, and {name} rests on the law.",
        "公示要本人同意，而用途 {name} 依据的是法律规定。",
    ),
    "no_notice": (
        "what is against an employer, or about no person, hangs up no notice.",
        "针对用人单位的、不是为个人办的，不能公示。",
    ),
    "all_later": (
        "every step falls due after the case has closed, so nobody could decide it.",
        "所有步骤都在办结以后，没有人能作决定。",
    ),
    "no_code_list": ("there is no code list {name}.", "没有代码表 {name}。"),
    "people_for_unions": (
        "people are listed where a union asks for them, not in a member's own request.",
        "名单由工会申请时列出，会员本人申请时不能列人。",
    ),
    "no_rule": ("there is no rule {name} about persons.", "没有关于人员的规则 {name}。"),
    "no_fact": ("there is no kind of fact {name}.", "没有事实类型 {name}。"),
    "counts_nothing": (
        '"Only those that say" names {name}, which is not there, so nothing would be counted.',
        "“只计哪些”里的“{name}”不存在，什么也统计不到，请改正或者删去。",
    ),
    "no_roster": (
        "{name} is told of lines, and no roster is asked for.",
        "{name} 要按名单逐条记，但表单里没有名单。",
    ),
    "no_amount": ("{name} is no question of this form for an amount.", "{name} 不是表单里填金额的问题。"),
    "amount_of_lines": (
        "the amount is the sum of the lines: name the roster, not {name}.",
        "金额是名单各行之和，请写名单，不要写 {name}。",
    ),
    "for_a_person": (
        "what the register holds of a person is shown where a person asks.",
        "登记的个人信息，只能在个人申请时显示。",
    ),
    "held_for": (
        "{name} is held for {held} and not shown for {purpose}.",
        "{name} 是为 {held} 登记的，不能为 {purpose} 显示。",
    ),
    "items_ask": (
        "what is asked for stands with the items; leave form, materials, checks and papers out.",
        "要填的写在各个事项里，请去掉 form、materials、checks 和 papers。",
    ),
    "no_part": ("{name} is no matter that can be a part of this one.", "{name} 不能作为其中一个事项。"),
    "not_together": ("{name} cannot be asked for together with others.", "{name} 不能和别的事项一起办。"),
    "not_by": ("{name} cannot be asked for by {who}.", "{who} 不能申请 {name}。"),
    "asked_otherwise": (
        "{name} asks {what} in another way than {other}.",
        "{name} 和 {other} 对 {what} 的问法不一样。",
    ),
    "too_early": (
        "a step before closing stands after one that falls due later; move it up.",
        "办结前的步骤排在了办结后的步骤后面，请往前移。",
    ),
    "by_nobody": (
        "the outcome is done by the right of whoever decides last, and here nobody might; let a step follow that"
        " somebody decides.",
        "结果要凭最后作决定的人的权限来办，而这一步可能没有人作决定；请在后面加一个由人决定的步骤。",
    ),
    "no_step": ("at: there is no step {name}.", "at：没有步骤 {name}。"),
    "nobody_answers": (
        "at: nobody answers questions at the step {name}.",
        "at：步骤 {name} 没有人回答问题。",
    ),
    "not_sealed": (
        "at: what whoever decides answers is not sealed.",
        "at：由决定的人填写的内容不能密封。",
    ),
    "may_pass": (
        "at: the step {name} may pass without anybody who answers.",
        "at：步骤 {name} 可能没有人回答就过去了。",
    ),
    "added_later": (
        "at: documents are added when handing in or at a step that reports.",
        "at：材料只能在提交时、或者在报告的步骤里补充。",
    ),
    "waits_to_report": (
        "a step that reports waits for whoever asked: late is none, nothing falls due.",
        "报告的步骤要等申请人：late 写 none，不设到期。",
    ),
    "nobody_signs": (
        "at: nobody signs the step {name} for certain.",
        "at：步骤 {name} 不一定有人签。",
    ),
    "lone_brace": ("a brace stands alone; write it twice.", "有单独的花括号，请写两个。"),
    "nothing_to_fill": ("there is no {{{name}}} to fill in.", "没有 {{{name}}} 可以填。"),
    "sealed_printed": ("{{{name}}} is sealed and is never printed.", "{{{name}}} 是密封的，不能打印。"),
    "held_already": (
        "the register holds {en} ({zh}, field {field}) already; show it (type held, fills_from), or leave it out.",
        "这一项已经登记：{zh}（字段 {field}）。请改为显示（type: held，fills_from），或者去掉。",
    ),
    "two_files": ("the code {name} has two files.", "代码 {name} 有两个文件。"),
    "no_base": ("there is no definition {name} to extend.", "没有可以扩充的定义 {name}。"),
    "file_name": ("the file has to be named {name}.yaml.", "文件名应当是 {name}.yaml。"),
    "not_opened": ("{why}.", "文件打不开：{why}。"),
    "no_yaml": ("this is not YAML: {why}.", "这不是YAML：{why}。"),
    "no_keys": ("a definition is a mapping of keys to values.", "定义由“名称: 值”逐行写成。"),
    "no_outcome": ("no room does {name}.", "没有谁能办 {name}。"),
    "pays_nobody": (
        "money goes to the member, or `to: union`; not to {name}.",
        "款项付给会员，或写 `to: union` 付给工会；不能付给 {name}。",
    ),
    "pays_itself": (
        "a union does not pay itself; say which level pays.",
        "工会不能付款给自己，请写明由哪一级付款。",
    ),
    "no_other_side": (
        "{name} has no other side in the books of the union it goes to; a subsidy has.",
        "{name} 在收款工会账上没有对应科目；补助下级支出才有。",
    ),
    "rows_misfit": (
        "{many} rows of this list would not fit, the first: {numbers}. Tick what goes under"
        ' "Fields of the version before that go" in "What it is"; say of a new field that has to be filled in what'
        " older rows say in it.",
        "这个名录里有{many}条登记不符合新的定义，编号：{numbers}。不要的旧项目，请在“基本情况”的“不再保留的旧项目”里勾选；"
        "新加的必填项目，请写明“旧登记没有填写时的内容”。",
    ),
    "no_list": ("there is no list {name}.", "没有名录 {name}。"),
    "no_matter": ("there is no matter {name}.", "没有事项 {name}。"),
    "no_dimension": (
        "“{name}” is not split by {dimension}, or opens to something else than a row.",
        "“{name}”没有 {dimension} 这个口径，或者不指向名录的一条。",
    ),
    "nobody_keeps": (
        "no role holds {name}, so nobody could keep this list.",
        "没有哪个角色有 {name} 这项权限，这个名录没有人能登记。",
    ),
    "not_from_there": (
        "the list “{list}” does not name “{name}” among its requests, so it is not written from there.",
        "名录“{list}”的“哪些申请可以新增登记”里没有“{name}”，不能由它写入。",
    ),
    "no_field": ("the list “{list}” has no field {name}.", "名录“{list}”没有项目 {name}。"),
    "no_state": ("the list “{list}” has no state {name}.", "名录“{list}”没有状态 {name}。"),
    "no_fund": ("there is no fund {name}.", "没有资金 {name}。"),
    "no_spending": ("there is no category of spending {name}.", "没有支出类别 {name}。"),
    "list_of_people": (
        "what each is given is for people, and the list “{name}” names none.",
        "要发给人的，名录“{name}”里却没有人员。",
    ),
    "list_of_payees": (
        "money is given, and the list “{name}” names neither a person nor a union it could go to.",
        "要发放资金，名录“{name}”里却没有可以收款的人员或工会。",
    ),
    "list_of_members": (
        "each row of the list {name} has to name one person, who stands in it once (once: list), and a row of {list}.",
        "名录 {name} 每行要有一名人员（once: list，全名录只出现一次），并指明是名录 {list} 中的哪一户。",
    ),
    "says_otherwise": (
        "a roster is a condition, a weight a whole number about a union.",
        "名单范围要写条件，权重要写得出整数的、关于工会的规则。",
    ),
    "no_question": ("no question of this form is called {name}.", "表单里没有问题 {name}。"),
    "no_fields": (
        "the list “{list}” has no such fields: {names}. Choose its own in these rows, or empty the rows.",
        "名录“{list}”没有这些项目：{names}。请在这些行里换成该名录的项目，或者清空这些行。",
    ),
    "fields_empty": (
        "the list “{list}” needs these fields, and nothing fills them: {names}. Add a row for each.",
        "名录“{list}”必须填写的项目还没有内容：{names}。请为它们各加一行。",
    ),
    "other_type": (
        "the field “{name}” takes “{type}”, and “{other}” is put into it.",
        "项目“{name}”的填写方式是“{type}”，不能填入“{other}”。",
    ),
    "no_condition": (
        "the condition cannot be read at its character {at}: {en}",
        "条件的第{at}个字符读不懂：{zh}",
    ),
    "no_figure": ("no room tells the figure {name}.", "没有谁能提供“{name}”这个数。"),
    "figure_asks": (
        "the figure “{name}” is asked with {asks}, and nothing else.",
        "取“{name}”时要说明：{asks}，不能说明别的。",
    ),
    "no_vote": ("there is no public vote {name} among the questionnaires.", "问卷里没有公众投票 {name}。"),
    "no_such_rule": ("there is no rule {name} about a {subject}.", "没有关于 {subject} 的规则 {name}。"),
    "no_titles": (
        "the list “{list}” holds no titles. Choose another list.",
        "名录“{list}”不是称号名录，请换一个名录。",
    ),
    "no_due": (
        "of rows of “{list}” nothing falls due that is called {name}.",
        "名录“{list}”没有到期事项 {name}。",
    ),
    "no_role": ("no chart of accounts has the role {name}.", "会计科目表里没有 {name} 这个用途。"),
    "other_version": (
        "the code list {name} is of version {there} now: look whether the round still fits, and count on.",
        "代码表 {name} 现在是第 {there} 版：请核对评选办法是否还适用，再改版本号。",
    ),
}
