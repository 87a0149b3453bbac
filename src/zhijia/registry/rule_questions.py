"""What is asked where the register does not know something, and what paper would show another value of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from zhijia.catalogue.text import Text
from zhijia.rules.schema import Part, named


class Known(TypedDict, total=False):
    """How a field becomes known: the question that fills it, and what shows it."""

    ask: Text
    evidence: Text


def _asked(en: str, zh: str) -> Known:
    return {"ask": Text(en=en, zh=zh)}


def _shown(en: str, zh: str) -> Known:
    return {"evidence": Text(en=en, zh=zh)}


_CONTRACT = _shown("your labour contract, or a statement of your employer", "劳动合同，或者单位开具的证明")
_HUKOU = _shown("your household register", "户口簿")
_POST = _shown(
    "the letter of appointment, or the reply to the election result", "任职文件，或者选举结果的批复"
)
_FOUNDED = _shown("the reply to the founding of the union", "建会批复")
_LICENCE = _shown("the business licence or the certificate of the unit", "营业执照，或者统一社会信用代码证书")

SEX = _asked("What sex stands on your identity card?", "您身份证上的性别是什么？")
BORN = _asked("When were you born?", "您的出生日期是哪一天？")
MIGRANT = _shown(
    "your household register, and what shows that you work away from your land",
    "户口簿，以及在外务工的证明",
)
GIG: Known = {
    **_asked(
        "Do you drive, deliver or do other work over a platform? Which?",
        "您是不是货车司机、网约车司机、快递员、送餐员这类新就业形态劳动者？是哪一类？",
    ),
    **_shown(
        "your account on the platform, or a statement of the station or company you work for",
        "平台账号的截图，或者站点、合作企业开具的从业证明",
    ),
}
OCCUPATION: Known = {**_asked("What is your occupation?", "您从事什么职业？"), **_CONTRACT}
WORK_STATUS: Known = {
    **_asked("Are you at work, out of work or retired?", "您现在是在职、失业还是退休？"),
    **_shown(
        "your retirement certificate, or the registration as unemployed",
        "退休证，或者失业登记的证明",
    ),
}
MODEL: Known = {
    **_asked(
        "Do you hold an honour as a model worker, and of which level?", "您有没有劳模称号？是哪一级的？"
    ),
    **_shown("the certificate of the honour, or the decision it was given by", "劳模证书，或者表彰决定"),
}
HIRED: Known = {
    **_asked("On which day did you begin with your employer?", "您是哪一天到现在的单位上班的？"),
    **_CONTRACT,
}
IDENTITY = _shown(
    "your identity card: checked online, or shown at a desk of the union",
    "本人身份证：可以在网上核验，也可以到工会窗口核验",
)
PHONE: Known = {
    **_asked("At which mobile number can we reach you?", "您用的手机号是多少？"),
    **_shown("a mobile number in your own name", "本人名下的手机号"),
}
CARD: Known = {
    **_asked("Do you hold a member card?", "您有没有会员服务卡？"),
    **_shown(
        "the member card, which your union or the bank that issues it gives you",
        "会员服务卡（可以到工会或者发卡银行办理）",
    ),
}
EDUCATION: Known = {
    **_asked("What is your highest education?", "您的最高学历是什么？"),
    **_shown("your diploma", "毕业证书"),
}
SKILL: Known = {
    **_asked("Which skill level or title do you hold?", "您取得了什么技能等级或者职称？"),
    **_shown("the certificate of your skill level or title", "技能等级证书，或者职称证书"),
}
HUKOU_TYPE: Known = {**_asked("What kind of household register are you in?", "您是哪一类户口？"), **_HUKOU}
HUKOU_PLACE: Known = {**_asked("Where is your household registered?", "您的户口在哪里？"), **_HUKOU}
HOME: Known = {
    **_asked("Where do you live?", "您住在哪里？"),
    **_shown("your residence permit, or the lease of your home", "居住证，或者租房合同"),
}
MEMBERSHIP: Known = {
    **_asked(
        "Are you a member of a union? Whoever is not applies to join; whoever is, tells us where.",
        "您加入工会了吗？还没有入会的，请先申请入会；在别处入过会的，请告诉我们是哪个工会。",
    ),
    **_shown("your member certificate or the form you joined with", "会员证，或者入会登记表"),
}
EMPLOYER: Known = {**_asked("Which employer do you work for?", "您在哪个单位上班？"), **_CONTRACT}
STATUS: Known = {
    **_asked("Is your membership in force, retained or ended?", "您的会籍是有效、保留还是已经终止？"),
    **_shown("what shows the change: retirement, unemployment or a transfer", "退休、失业或者工作调动的证明"),
}
JOINED = _shown("your member certificate or the form you joined with", "会员证，或者入会登记表")
LEFT: Known = {**_asked("On which day did the membership here end?", "这段会籍是哪一天结束的？"), **JOINED}
POST: Known = {**_asked("Which post is it?", "担任的是什么职务？"), **_POST}
POST_DATES = _POST
POST_END: Known = {**_asked("On which day was the post given up?", "是哪一天离任的？"), **_POST}
BODY: Known = {**_asked("Which body is it?", "是哪个机构？"), **_POST}
UNION_TYPE: Known = {
    **_asked("Which type of union is it?", "是哪一类工会？"),
    **_FOUNDED,
}

UNION_DATES = _FOUNDED
DISSOLVED: Known = {
    **_asked("On which day was the union dissolved?", "工会是哪一天撤销的？"),
    **_shown("the reply to the dissolution of the union", "撤销工会的批复"),
}
UNIT_NATURE: Known = {**_asked("What kind of unit is it?", "单位是什么性质？"), **_LICENCE}
UNIT_PLACE: Known = {**_asked("In which division does it lie?", "在哪个区划？"), **_LICENCE}
INDUSTRY: Known = {**_asked("Which industry does it belong to?", "属于哪个行业？"), **_LICENCE}
STAFF: Known = {
    **_asked("How many people work there?", "有多少职工？"),
    **_shown("the list of the staff", "职工花名册"),
}
PLATFORM = _LICENCE
COVERED = _shown("the paper by which the union covers the employer", "工会覆盖这个单位的文件")
COVERED_END: Known = {**_asked("On which day did this end?", "是哪一天结束的？"), **COVERED}

TOLD: Mapping[str, Mapping[str, Known]] = {
    "person": {
        "sex": SEX,
        "born_on": BORN,
        "migrant": MIGRANT,
        "gig_group": GIG,
        "occupation": OCCUPATION,
        "work_status": WORK_STATUS,
        "model_level": MODEL,
        "hired_on": HIRED,
        "real_name_level": IDENTITY,
        "phone_known": PHONE,
        "card": CARD,
        "education": EDUCATION,
        "skill": SKILL,
        "hukou_type": HUKOU_TYPE,
        "hukou_division": HUKOU_PLACE,
        "home_division": HOME,
        "membership": MEMBERSHIP,
        "employer": EMPLOYER,
    },
    "membership": {"status": STATUS, "joined_on": JOINED, "valid_from": JOINED, "valid_to": LEFT},
    "term": {
        "body": BODY,
        **dict.fromkeys(("number", "starts_on", "ends_on", "due_on", "seats"), POST_DATES),
    },
    "post": {
        "kind": POST,
        "ended_on": POST_END,
        **dict.fromkeys(("full_time", "term_from", "term_to"), POST_DATES),
    },
    "union": {
        "type": UNION_TYPE,
        "division": UNIT_PLACE,
        "unit_nature": UNIT_NATURE,
        "industry": INDUSTRY,
        "staff_count": STAFF,
        "dissolved_on": DISSOLVED,
        **dict.fromkeys(("level", "founded_on", "holding_pool"), UNION_DATES),
    },
    "employer": {
        "unit_nature": UNIT_NATURE,
        "division": UNIT_PLACE,
        "industry": INDUSTRY,
        "staff_count": STAFF,
        "platform": PLATFORM,
    },
    "coverage": {"valid_from": COVERED, "valid_to": COVERED_END},
}
"""By entity and field or relation."""


def asked(entity: str, *parts: Part) -> dict[str, Part]:
    """The parts of an entity by their names, each with its question and its paper where it has them."""
    told = TOLD[entity]
    return named(*(replace(part, **told[part.name]) if part.name in told else part for part in parts))
