"""What is said of definitions that cannot be used: a sentence with its place, in both languages."""

from typing import Any, Self

from zhijia.catalogue.text import Text

UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
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
    "no_roster": (
        "{name} is told of lines, and no roster is asked for.",
        "{name} 要按名单逐条记，但表单里没有名单。",
    ),
    "no_amount": ("{name} is no question of this form for an amount.", "{name} 不是表单里填金额的问题。"),
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
    "no_condition": ("at character {at}: {en}", "第{at}个字符：{zh}"),
}


_SAID = {
    **dict.fromkeys(
        UNKNOWN_KEY, Text(en="This key is not known here: take it out.", zh="这里没有这个名称，请删去。")
    ),
    "missing": Text(en="This is missing: write it.", zh="缺少这一项，请补上。"),
    "literal_error": Text(en="Write one of: {expected}.", zh="只能写：{expected}。"),
    "int_type": Text(en="Write a whole number.", zh="请写整数。"),
    "int_parsing": Text(en="Write a whole number.", zh="请写整数。"),
    "bool_parsing": Text(en="Write true or false.", zh="请写 true 或 false。"),
    "date_from_datetime_parsing": Text(en="Write a day like 2026-11-21.", zh="请写日期，例如 2026-11-21。"),
    "string_pattern_mismatch": Text(
        en="Write small letters, digits, _ and dots alone.", zh="只能用小写字母、数字、下划线和点。"
    ),
}
_OTHER = Text(en="{said}.", zh="这里写得不对：{said}。")


UNFIT: dict[str, tuple[str, str]] = {
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
        "a roster has one column for a person and one for an amount, and no name twice",
        "名单要有一列是人员、一列是金额，列名不能重复",
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
    "one_roster": ("a matter asks for one roster at most", "一个事项最多一份名单"),
    "person_in_roster": ("a person is named in a roster alone", "人员只能写在名单里"),
    "there_twice": ("the {what} {name} is there twice", "{name} 重复了（{what}）"),
    "text_or_condition": (
        "a rule has a text, or a condition and perhaps an amount",
        "规则写 text；或者写 condition，需要时再写 amount",
    ),
}
"""Of parts that do not fit each other: without the full stop, as pydantic says its own."""


class Said(str):
    """One thing wrong with a definition, with its place before it: the text itself in English, `zh` in Chinese."""

    zh: str

    @classmethod
    def of(cls, place: str, words: Text) -> Self:
        """The sentence about this place."""
        made = cls(f"{place}: {words.en}")
        made.zh = f"{place}: {words.zh}"
        return made

    def under(self, name: str) -> "Said":
        """The same, of a file."""
        return Said.of(name, Text(en=str(self), zh=self.zh))


def said(code: str, place: str, **values: object) -> Said:
    """The sentence of the code with the values in it, about a place (`steps.county`)."""
    en, zh = SENTENCES[code]
    return Said.of(place, Text(en=en.format(**values), zh=zh.format(**values)))


class Unfit(ValueError):
    """A part of a definition that does not fit the others, by its code in UNFIT."""

    def __init__(self, code: str, **values: object) -> None:
        en, zh = (words.format(**values) for words in UNFIT[code])
        super().__init__(en)
        self.words = Text(en=f"{en[:1].upper()}{en[1:]}.", zh=f"{zh}。")


def of_error(error: Any) -> Text:
    """What pydantic found wrong, in both languages."""
    unfit = error.get("ctx", {}).get("error")
    if isinstance(unfit, Unfit):
        return unfit.words
    words = _SAID.get(error["type"])
    if words is None:
        return filled(_OTHER, said=error["msg"].removeprefix("Value error, "))
    return filled(words, expected=error.get("ctx", {}).get("expected", ""))


def filled(words: Text, **values: str) -> Text:
    """The words with the values in their blanks."""
    return Text(en=words.en.format(**values), zh=words.zh.format(**values))
