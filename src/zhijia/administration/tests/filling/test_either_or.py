"""Of two ways of saying the same one counts: whoever fills in both is told so, and both stay as they were typed."""

from zhijia.administration.services import filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import TODAY, copied, in_page, of, said
from zhijia.registry.tests import world as worlds

DRIVES, RULES = KINDS["campaigns"], KINDS["rules"]
OVER_50 = "person.age > 50"


def test_a_rule_and_a_condition_of_its_own_are_not_said_to_be_right(world: worlds.World) -> None:
    draft = copied(world, DRIVES, "send_coolness")
    answer = in_page(world, draft, "who", "campaigns", rule="member.active", text=OVER_50)
    page = answer.content.decode()
    assert "已保存，但还有需要改正的地方。" in page
    assert "“符合哪条规则、或者自己写条件”只能填一项" in page
    assert said(draft)["who"] == {"rule": "member.active", "text": OVER_50}
    assert answer.request["PATH_INFO"].endswith("/part/")
    (wrong,) = outlining.placed(DRIVES, said(draft), kinds.read(DRIVES, draft, draft.text, on=TODAY)[1])
    assert wrong.part == ("who",)


def test_a_rule_text_and_a_condition_are_not_said_to_be_right(world: worlds.World) -> None:
    draft = copied(world, RULES, "member.active")
    told = {key: value for key, value in said(draft).items() if isinstance(value, str)}
    answer = in_page(world, draft, "", "rules", **told, **{"label-zh": "在册会员", "condition": OVER_50})
    page = answer.content.decode()
    assert "已保存，但还有需要改正的地方。" in page
    assert "不能两样都写" in page
    assert said(draft)["condition"] == OVER_50
    assert said(draft)["text"] == told["text"]


def test_what_does_not_fit_elsewhere_because_of_a_change_is_said_with_it(world: worlds.World) -> None:
    rounds = KINDS["rounds"]
    draft = copied(world, rounds, "craftsman")
    content = said(draft)
    trade = next(number for number, one in enumerate(content["questions"]) if one["name"] == "trade")
    field = {"label-zh": "工种", "label-en": "Trade", "type": "date", "required": "on"}
    page = in_page(world, draft, f"questions.{trade}", "rounds", **field).content.decode()
    assert "已保存，但现在有一处对不上：" in page
    assert "已保存。" not in page
    assert "有一处对不上：授予什么 › 写入哪些内容" in page
    assert "另有" not in page


def test_of_several_things_that_do_not_fit_elsewhere_the_first_is_said_and_the_rest_are_counted(
    world: worlds.World,
) -> None:
    rounds = KINDS["rounds"]
    draft = copied(world, rounds, "craftsman")
    content = said(draft)
    taken = next(number for number, one in enumerate(content["questions"]) if one["name"] == "trade")
    gives = {**content["gives"], "given": {**content["gives"]["given"], "decision": "trade"}}
    filling.put(place=("gives",), part=gives, **of(world, draft, rounds))
    draft.refresh_from_db()
    field = {"label-zh": "工种", "label-en": "Trade", "type": "date", "required": "on"}
    page = in_page(world, draft, f"questions.{taken}", "rounds", **field).content.decode()
    assert "有一处对不上：授予什么 › 写入哪些内容" in page
    assert "另有1处也对不上。" in page
