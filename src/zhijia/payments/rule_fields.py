"""What rules may say of payments, for audits alone: how much, when, how it went. Nothing of a person is among it."""

from zhijia.catalogue.text import Text
from zhijia.ledger.rule_fields import FEN, counted, related, said
from zhijia.payments.models import Payment
from zhijia.registry.rule_fields import AT_UNION, DIVISION
from zhijia.rules.schema import Entity, named
from zhijia.rules.types import BOOL, DATE, STRING

_STATES = {
    Payment.State.WAITING: ("waits to be released", "待放行"),
    Payment.State.READY: ("released", "已放行"),
    Payment.State.SENDING: ("on its way to the bank", "发送中"),
    Payment.State.UNKNOWN: ("no answer of the bank yet", "结果待查"),
    Payment.State.PAID: ("paid", "已支付"),
    Payment.State.FAILED: ("refused by the bank", "支付失败"),
    Payment.State.RETURNED: ("came back", "已退回"),
    Payment.State.STOPPED: ("stopped", "已停止"),
}

PAYMENT = Entity(
    name="payment",
    label=Text(en="Payment", zh="付款"),
    table="payments_payment",
    key="id",
    key_type="bigint",
    division=DIVISION,
    within=AT_UNION,
    fields=named(
        said(
            "day", DATE, "Day it was ordered", "下达日期", "({row}.ordered_at AT TIME ZONE 'Asia/Shanghai')::date",
            required=True,
        ),
        counted("amount", "Amount", "金额", "{row}.amount", FEN),
        said(
            "state", STRING, "State", "状态",
            choices=tuple((str(state), Text(en=en, zh=zh)) for state, (en, zh) in _STATES.items()),
        ),
        counted("rounds", "How many times it was sent", "发送次数", "{row}.round"),
        counted(
            "payee_times", "Payments to the same account by this union in the year", "本会当年付给同一账户的次数",
            "(SELECT count(*) FROM payments_payment AS other WHERE other.payee_id = {row}.payee_id"
            " AND other.union_id = {row}.union_id AND other.state = 'paid'"
            " AND date_trunc('year', other.ordered_at) = date_trunc('year', {row}.ordered_at))",
        ),
        counted(
            "alarms", "Alarms", "预警数",
            "(SELECT count(*) FROM payments_alarm AS alarm WHERE alarm.payment_id = {row}.id)",
        ),
        said("unposted", BOOL, "Paid and not in the books", "已支付未入账", "({row}.unposted <> '')", required=True),
    ),
    relations=named(related("entry", "entry", "Entry", "分录", ("id", "entry_id"))),
)  # fmt: skip
ENTITIES = (PAYMENT,)
