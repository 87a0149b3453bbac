"""What rules may say of entries and vouchers, for audits alone: amounts in fen, days, and what stands on them. Nothing
of a person is among it (AUD-06: risk is looked at in money, never in people)."""

from typing import Any

from zhijia.catalogue.text import Text
from zhijia.registry.rule_fields import AT_UNION, DIVISION
from zhijia.rules.schema import Entity, Field, Relation, Unit, named
from zhijia.rules.types import BOOL, DATE, INT, STRING, Type

AUDIT = frozenset({"audit"})
FEN = Unit(Text(en="fen", zh="分"))
MOST = 10**15
"""More than any amount is, in fen: sums of rules stay within what can be reckoned."""


def said(name: str, of: Type, en: str, zh: str, sql: str = "", **more: Any) -> Field:
    """A field for audits; a column of the same name, unless `sql` says more."""
    return Field(
        name=name, type=of, label=Text(en=en, zh=zh), sql=sql or f"{{row}}.{name}", source="AUD-06", purposes=AUDIT,
        **more,
    )  # fmt: skip


def counted(name: str, en: str, zh: str, sql: str, unit: Unit | None = None) -> Field:
    """How many, or how much: never below nothing."""
    return said(name, INT, en, zh, sql, unit=unit, low=0, high=MOST)


def related(name: str, to: str, en: str, zh: str, key: tuple[str, str], *, many: bool = False) -> Relation:
    """The row, or the rows, that belong to it."""
    return Relation(
        name=name, to=to, label=Text(en=en, zh=zh), keys=(key,), purposes=AUDIT, source="AUD-06", many=many
    )


_LEGS = (
    "FROM ledger_leg AS leg JOIN ledger_account AS account ON account.id = leg.account_id"
    " WHERE leg.entry_id = {row}.id"
)
_MOVED = (
    "(SELECT sum(leg.amount)::bigint FROM ledger_leg AS leg WHERE leg.entry_id = {row}.id AND leg.amount > 0)"
)
_SAME_PAYEE = (
    "(SELECT count(*) FROM ledger_voucher AS other WHERE other.union_id = {row}.union_id"
    " AND other.year = {row}.year AND other.payee = {row}.payee AND other.payee <> '' AND other.state = 'posted')"
)

ENTRY = Entity(
    name="entry",
    label=Text(en="Entry", zh="分录"),
    table="ledger_entry",
    key="id",
    key_type="bigint",
    division=DIVISION,
    within=AT_UNION,
    fields=named(
        said("day", DATE, "Day", "记账日期", required=True),
        said(
            "posted_on", DATE, "Day it was entered", "录入日期",
            "({row}.posted_at AT TIME ZONE 'Asia/Shanghai')::date", required=True,
        ),
        counted("amount", "Amount", "金额", _MOVED, FEN),
        said("spends", BOOL, "Spending", "支出", f"EXISTS (SELECT 1 {_LEGS} AND account.spends)"),
        said(
            "taken_back", BOOL, "Was taken back", "已冲销",
            "EXISTS (SELECT 1 FROM ledger_entry AS counter WHERE counter.corrects_id = {row}.id)",
        ),
    ),
    relations=named(related("voucher", "voucher", "Voucher", "凭证", ("entry_id", "id"))),
)  # fmt: skip
VOUCHER = Entity(
    name="voucher",
    label=Text(en="Voucher", zh="凭证"),
    table="ledger_voucher",
    key="id",
    key_type="bigint",
    division=DIVISION,
    within=AT_UNION,
    fields=named(
        said("day", DATE, "Day it is paid", "付款日期", required=True),
        counted("amount", "Amount", "金额", "{row}.amount", FEN),
        said("category", STRING, "What it is spent on", "开支项目"),
        said("way", STRING, "How it is given", "发放方式", code_list="spending_ways"),
        said("decided", BOOL, "Was decided together", "已集体研究决定", "({row}.decided <> '')", required=True),
        counted("payee_times", "Vouchers to the same payee in the year", "同一收款方当年凭证数", _SAME_PAYEE),
        counted(
            "papers", "Attachments", "附件数",
            "(SELECT count(*) FROM ledger_voucher_file AS paper WHERE paper.voucher_id = {row}.id)",
        ),
        counted(
            "people", "People on the roster", "名册人数",
            "(SELECT count(*) FROM ledger_voucher_line AS line WHERE line.voucher_id = {row}.id)",
        ),
    ),
    relations=named(related("flags", "voucher_flag", "Flags", "疑点", ("voucher_id", "id"), many=True)),
)  # fmt: skip
FLAG = Entity(
    name="voucher_flag",
    label=Text(en="Flag on a voucher", zh="凭证疑点"),
    table="ledger_flag",
    key="id",
    key_type="bigint",
    division=DIVISION,
    within=AT_UNION,
    fields=named(
        said("open", BOOL, "Is open", "有待处理", "({row}.settled_at IS NULL)", required=True),
        said("found", STRING, "What was found", "检查事项", "nullif({row}.code, '')", code_list="spending_findings"),
        said(
            "prohibition", STRING, "Prohibition it points to", "所涉八不准", "nullif({row}.prohibition, '')",
            code_list="prohibitions",
        ),
    ),
)  # fmt: skip
ENTITIES: tuple[Entity, ...] = (ENTRY, VOUCHER, FLAG)
