"""What rules may say of people, their memberships and posts, unions and employers: what the register holds, and for
which purposes it may be used. Numbers of identity, phones, cards and addresses lie in the vault and are never among it.

What is asked by consent alone (the household register, education, skills, where somebody lives) is sensitive: unknown
where the person has not consented to the purpose of the rule. Whoever has withdrawn has not consented on any day.
"""

from zhijia.catalogue.text import Text
from zhijia.registry.rule_forms import Form
from zhijia.registry.rule_questions import asked
from zhijia.rules.schema import Entity, Unit, named
from zhijia.rules.types import BOOL, DATE, INT
from zhijia.vault import kinds

AGREED = frozenset({"services", "employment_facts", "hardship_aid", "mutual_aid"})
REGISTER = AGREED | {"register"}
ORGANISATION = REGISTER | {"organisation"}
YEARS_OLD = Unit(Text(en="years old", zh="周岁"))
PEOPLE = Unit(Text(en="people", zh="人"))
BELOW = (
    "SELECT below.id FROM registry_union AS above JOIN registry_union AS below"
    " ON below.tree_left >= above.tree_left AND below.tree_left < above.tree_right WHERE above.id = {union}"
)
AT_UNION = f"{{row}}.union_id IN ({BELOW})"
DIVISION = "(SELECT place.division FROM registry_union AS place WHERE place.id = {row}.union_id)"
CONSENTED = (
    "EXISTS (SELECT 1 FROM registry_consent AS consent WHERE consent.person_id = {row}.id"
    " AND consent.purpose = {purpose} AND consent.withdrawn_at IS NULL"
    " AND (consent.given_at AT TIME ZONE 'Asia/Shanghai')::date <= {on})"
)
_PHONE = next(kind.number for kind in kinds.KINDS if kind.name == "registry_person.phone")
_OPEN = "{to}.valid_to IS NULL"
_RUNS = "{to}.ended_on IS NULL"
_CARD = (
    "EXISTS (SELECT 1 FROM registry_card AS held WHERE held.person_id = {row}.id AND held.ended_at IS NULL)"
)
_MEMBER = "EXISTS (SELECT 1 FROM registry_membership AS held WHERE held.person_id = {to}.id AND held.valid_to IS NULL)"
_HELD = "EXISTS (SELECT 1 FROM vault_secret AS held WHERE held.row_id = {row}.id AND held.kind = "
_EMPLOYERS = (
    "SELECT covered.employer_id FROM registry_coverage AS covered WHERE covered.valid_from <= {on}"
    " AND (covered.valid_to IS NULL OR covered.valid_to > {on})"
)
_COVERED = "{to}.valid_from <= {on} AND ({to}.valid_to IS NULL OR {to}.valid_to > {on})"

of_person = Form(REGISTER)
by_consent = Form(AGREED, sensitive=True)
of_union = Form(ORGANISATION)

PERSON = Entity(
    name="person",
    label=Text(en="Person", zh="人员"),
    table="registry_person",
    key="id",
    key_type="uuid",
    division=DIVISION,
    within=AT_UNION,
    consented=CONSENTED,
    fields=asked("person",
        of_person.code("sex", "Sex", "性别", "sexes", "sex", unknown="0", fixed=True),
        of_person.field(
            "born_on", DATE, "Date of birth", "出生日期", "birth_date", sql="{row}.birth_date", fixed=True,
            unit=YEARS_OLD,
        ),
        of_person.full_years("age", "Age", "年龄", "birth_date", since="born_on", unit=YEARS_OLD),
        of_person.field("migrant", BOOL, "Migrant worker", "农民工", "is_migrant", required=True),
        of_person.code("gig_group", "New form of work", "新就业形态", "gig_groups", "gig_group"),
        of_person.code("occupation", "Occupation", "职业", "occupations", "occupation"),
        of_person.code("work_status", "Employment status", "就业状况", "work_statuses", "work_status"),
        of_person.code("model_level", "Honour as a model worker", "劳模类型", "model_levels", "model_level"),
        of_person.field("hired_on", DATE, "Date of hire", "入职日期", "hire_date"),
        of_person.field(
            "real_name_level", INT, "Level of the identity check", "实名级别", "rn_level", required=True,
            code_list="real_name_levels",
        ),
        of_person.field(
            "phone_known", BOOL, "Has a phone number on record", "有登记的手机号", "mobile", sql=f"{_HELD}{_PHONE})"
        ),
        of_person.field("card", BOOL, "Has a member card", "有会员服务卡", "card_no", sql=_CARD),
        by_consent.code("education", "Education", "学历", "educations", "education"),
        by_consent.code("skill", "Skill level", "技能等级", "skill_levels", "skill"),
        by_consent.code("hukou_type", "Household register", "户籍类型", "hukou_types", "hukou_type"),
        by_consent.place("hukou_division", "Division of the household register", "户籍地区划", "hukou_div"),
        by_consent.place("home_division", "Division of residence", "居住地区划", "home_div"),
    ),
    relations=asked("person",
        of_person.one(
            "membership", "membership", "Membership", "会籍", ("person_id", "id"), "status", where=_OPEN
        ),
        of_person.many("memberships", "membership", "Memberships ever", "历次会籍", ("person_id", "id"), "change"),
        of_person.many("posts", "post", "Posts", "工会职务", ("person_id", "id"), "union_post"),
        of_person.one("union", "union", "Union", "所在工会", ("id", "union_id"), "union_id"),
        of_person.one("employer", "employer", "Employer", "用人单位", ("id", "employer_id"), "employer"),
    ),
)  # fmt: skip
MEMBERSHIP = Entity(
    name="membership",
    label=Text(en="Membership", zh="会籍"),
    table="registry_membership",
    key="id",
    key_type="uuid",
    division=DIVISION,
    within=AT_UNION,
    fields=asked(
        "membership",
        of_person.code("status", "Status", "会籍状态", "membership_statuses", "status"),
        of_person.field("joined_on", DATE, "Date of joining", "入会日期", "join_date", required=True),
        of_person.field("valid_from", DATE, "Member here since", "转入本会日期", "change", required=True),
        of_person.field("valid_to", DATE, "Last day here", "离开本会日期", "change"),
    ),
    relations=named(of_person.one("union", "union", "Union", "所在工会", ("id", "union_id"), "union_id")),
)
TERM = Entity(
    name="term",
    label=Text(en="Term of a body", zh="届次"),
    table="registry_term",
    key="id",
    key_type="bigint",
    division=DIVISION,
    within=AT_UNION,
    fields=asked(
        "term",
        of_union.code("body", "Body", "机构", "union_bodies", "bodies"),
        of_union.field("number", INT, "Number of the term", "届数", "term", required=True),
        of_union.field("starts_on", DATE, "Begin of the term", "任期开始日期", "term", required=True),
        of_union.field("ends_on", DATE, "End of the term", "任期届满日期", "term", required=True),
        of_union.field("due_on", DATE, "Next election due", "应换届日期", "term", required=True),
        of_union.field("seats", INT, "Number of seats", "委员名额", "bodies", required=True),
    ),
    relations=named(of_union.one("union", "union", "Union", "工会", ("id", "union_id"), "parents")),
)
POST = Entity(
    name="post",
    label=Text(en="Post", zh="工会职务"),
    table="registry_post",
    key="id",
    key_type="bigint",
    division=DIVISION,
    within=AT_UNION,
    fields=asked(
        "post",
        of_person.code("kind", "Post", "职务", "post_kinds", "union_post"),
        of_person.field("full_time", BOOL, "Full-time post", "专职", "union_post", required=True),
        of_person.field("term_from", DATE, "Begin of the term", "任期开始日期", "union_post", required=True),
        of_person.field("term_to", DATE, "End of the term", "任期届满日期", "union_post", required=True),
        of_person.field("ended_on", DATE, "Date of leaving the post", "离任日期", "union_post"),
    ),
    relations=named(of_person.one("union", "union", "Union", "所在工会", ("id", "union_id"), "union_id")),
)
UNION = Entity(
    name="union",
    label=Text(en="Union", zh="工会"),
    table="registry_union",
    key="id",
    key_type="int",
    division="{row}.division",
    within=f"{{row}}.id IN ({BELOW})",
    fields=asked("union",
        of_union.code("type", "Type of union", "工会类型", "union_types", "union_type"),
        of_union.field("level", INT, "Level", "工会层级", "union_type", required=True, code_list="union_levels"),
        of_union.place("division", "Division", "所在区划", "unit_div"),
        of_union.code("unit_nature", "Nature of the unit", "单位性质", "unit_natures", "unit_nature"),
        of_union.place("industry", "Industry", "所属行业", "industry"),
        of_union.field("staff_count", INT, "Number of staff", "职工人数", "counts", low=0, high=10**8, unit=PEOPLE),
        of_union.field("founded_on", DATE, "Date of foundation", "建会日期", "founding", required=True),
        of_union.field("dissolved_on", DATE, "Date of dissolution", "撤销日期", "founding"),
        of_union.field("holding_pool", BOOL, "Holding pool", "会籍代管工会", "parents", required=True),
    ),
    relations=named(
        of_union.one("county", "union", "Union of the county", "县级工会", ("id", "county_id"), "parents"),
        of_union.many(
            "memberships", "membership", "Memberships", "在册会籍", ("union_id", "id"), "counts", where=_OPEN
        ),
        of_union.many("members", "person", "Members", "会员", ("union_id", "id"), "counts", where=_MEMBER),
        of_union.many("posts", "post", "Posts", "工会职务", ("union_id", "id"), "bodies"),
        of_union.many("terms", "term", "Terms that run", "现任届次", ("union_id", "id"), "term", where=_RUNS),
        of_union.many(
            "coverages", "coverage", "Employers covered", "覆盖单位", ("union_id", "id"), "parents", where=_COVERED
        ),
    ),
)  # fmt: skip
EMPLOYER = Entity(
    name="employer",
    label=Text(en="Employer", zh="用人单位"),
    table="registry_employer",
    key="id",
    key_type="int",
    division="{row}.division",
    within=f"{{row}}.id IN ({_EMPLOYERS} AND covered.union_id IN ({BELOW}))",
    fields=asked("employer",
        of_union.code("unit_nature", "Nature of the unit", "单位性质", "unit_natures", "unit_nature"),
        of_union.place("division", "Division", "所在区划", "unit_div"),
        of_union.place("industry", "Industry", "所属行业", "industry"),
        of_union.field("staff_count", INT, "Number of staff", "职工人数", "counts", low=0, high=10**8, unit=PEOPLE),
        of_union.field("platform", BOOL, "Platform enterprise", "平台企业", "employer", required=True),
    ),
    relations=named(
        of_union.many(
            "coverages", "coverage", "Unions that cover it", "覆盖工会", ("employer_id", "id"), "parents",
            where=_COVERED,
        ),
    ),
)  # fmt: skip
COVERAGE = Entity(
    name="coverage",
    label=Text(en="Coverage", zh="覆盖关系"),
    table="registry_coverage",
    key="id",
    key_type="bigint",
    within=AT_UNION,
    division=DIVISION,
    fields=asked(
        "coverage",
        of_union.field("valid_from", DATE, "Covered since", "覆盖开始日期", "parents", required=True),
        of_union.field("valid_to", DATE, "Covered until", "覆盖结束日期", "parents"),
    ),
    relations=named(
        of_union.one("union", "union", "Union", "工会", ("id", "union_id"), "parents"),
        of_union.one("employer", "employer", "Employer", "用人单位", ("id", "employer_id"), "employer"),
    ),
)
ENTITIES = (PERSON, MEMBERSHIP, POST, UNION, TERM, EMPLOYER, COVERAGE)
