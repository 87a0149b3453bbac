"""What lies with an audit, for its pages: samples, working papers, findings with what was said. Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from zhijia.auditing.models import Engagement, Finding, Item, Sample, Word
from zhijia.auditing.queries import risks
from zhijia.catalogue import codes, definitions
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import entries
from zhijia.payments import words
from zhijia.payments.models import Payment
from zhijia.registry.queries import colleagues

PROHIBITIONS = "prohibitions"


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as a line: its kind in words, whether it is late, the union's proof where it waits for the
    committee."""

    finding: Finding
    kind: str
    late: bool
    proof: Word | None


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample as a line: how many were drawn, looked at, and not in order."""

    sample: Sample
    method: Any
    drawn: int
    looked: int
    found: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An entry or a payment of a sample as a line: what it is for, and what made it worth a look in words."""

    item: Item
    note: str
    flags: Sequence[str]


def kind_of(finding: Finding) -> str:
    """The prohibition it breaks, else the matter it belongs to."""
    if finding.prohibition:
        return codes.label(PROHIBITIONS, finding.prohibition)
    return codes.label("audit_matters", finding.matter)


def findings_of(audit: Engagement, today: date) -> list[FindingRow]:
    """The findings of an audit in their order, with the proof that waits, in two statements."""
    found = list(audit.findings.order_by("number"))
    last: dict[int, Word] = {}
    for word in audit.words.filter(finding__isnull=False).order_by("said_at", "id"):
        last[word.finding_id or 0] = word
    rows = []
    for one in found:
        said = last.get(one.pk)
        waits = said if said is not None and said.kind == Word.Kind.PROOF else None
        late = one.state == Finding.State.OPEN and one.due_on is not None and one.due_on < today
        rows.append(FindingRow(one, kind_of(one), late, waits))
    return rows


def samples_of(audit: Engagement) -> list[SampleRow]:
    """The samples of an audit in the order they were drawn."""
    found = audit.samples.defer("population", "amounts").order_by("drawn_at", "id").annotate(
        drawn=Count("items"),
        looked=Count("items", filter=~Q(items__result=Item.Result.WAITING)),
        wrong=Count("items", filter=Q(items__result=Item.Result.FINDING)),
    )  # fmt: skip
    return [
        SampleRow(one, Sample.Method(one.method).label, one.drawn, one.looked, one.wrong) for one in found
    ]


def items_of(sample: Sample) -> list[ItemRow]:
    """The entries or payments of a sample as drawn, in two statements."""
    found = list(sample.items.order_by("place"))
    numbers = [one.number for one in found]
    if sample.subject == Sample.Subject.PAYMENT:
        notes = dict(Payment.objects.filter(pk__in=numbers).values_list("pk", "title"))
    else:
        notes = dict(Entry.objects.filter(pk__in=numbers).values_list("pk", "note"))
    return [ItemRow(one, notes.get(one.number, ""), words_of(one.flags)) for one in found]


def words_of(flags: Sequence[str]) -> list[str]:
    """Risks in words."""
    return [risks.label_of(flag) for flag in flags]


def seen_of(item: Item) -> dict[str, Any]:
    """What lies behind an item: the entry with its legs in words (account, fund, fen), and the payment where one was
    drawn, with what became of it and who released it."""
    payment = None
    entry_id: int | None = item.number
    if item.sample.subject == Sample.Subject.PAYMENT:
        payment = Payment.objects.filter(pk=item.number).first()
        entry_id = payment.entry_id if payment else None
    entry = Entry.objects.filter(pk=entry_id).first() if entry_id is not None else None
    funds = definitions.load().funds
    return {
        "entry": entry,
        "payment": payment,
        "state": words.STATES[payment.state][0] if payment else "",
        "released_by": list(colleagues.called([payment.first_by, payment.second_by]).values())
        if payment
        else [],
        "legs": [
            (entries.name_of(leg.account), str(funds[leg.account.fund].label), leg.amount)
            for leg in (entries.legs_of(entry) if entry else [])
        ],
    }


def accounts_of(union_id: int) -> list[tuple[str, str]]:
    """The accounts of a union's books by their code, with their words."""
    charts = definitions.load().charts
    found = Account.objects.filter(union_id=union_id).order_by("code").values_list("code", "chart").distinct()
    return list({code: f"{code} {charts[chart].account(code).label}" for code, chart in found}.items())
