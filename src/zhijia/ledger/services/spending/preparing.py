"""Preparing a voucher: what it is for, who gets what, the papers that go with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, definitions, parameters
from zhijia.catalogue.ledger_kinds import AccountRole
from zhijia.catalogue.spending_kinds import Spending
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Account
from zhijia.ledger.queries import rosters
from zhijia.ledger.services import told
from zhijia.ledger.services.spending import flagging, judging
from zhijia.ledger.spending_files import OWNER
from zhijia.ledger.spending_models import Voucher, VoucherFile, VoucherLine
from zhijia.ledger.spending_rules import Found
from zhijia.registry import access
from zhijia.registry.models import Union

PREPARE = "spending.prepare"
LONGEST_NAME = 120
NAMESAKES = 20
"""Members of one name that are told apart, on average over a roster."""
KINDS = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
MONEY: tuple[AccountRole, ...] = ("bank", "cash")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody who is to get something: a name or a member number as typed, and how much in fen."""

    who: str
    amount: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What a voucher is to say. Who gets what is `roster`, or `everybody` so much (fen); where it needs no roster it is
    `amount` (fen) in all."""

    category: str
    day: date
    title: str
    way: str
    paid_from: int
    occasion: str = ""
    payee: str = ""
    amount: int | None = None
    participants: int | None = None
    decided: str = ""
    roster: Sequence[Wanted] = ()
    everybody: int | None = None


def prepare(*, actor: Actor, at: datetime, union: Union, once: UUID, draft: Draft) -> Voucher:
    """A draft of a voucher, with what the rules find; the one that stands for the same key. Raises Refusal for what
    cannot be written down at all: an account or a person that is not there, a day to come, nothing to spend."""
    actor = access.require(actor, PREPARE, union.pk)
    stands = Voucher.objects.filter(once=once, union_id=union.pk).first()
    if stands is not None:
        return stands
    spending, lines = _checked(at, union, draft)
    voucher = Voucher(
        once=once, union_id=union.pk, county_id=union.stands_in, prepared_by=user_of(actor), prepared_at=at
    )
    _take(voucher, spending, draft, lines)
    voucher.save(force_insert=True)
    _list(voucher, lines)
    told.of_voucher(actor, at, "voucher.prepare", voucher)
    renewed(at, voucher, union)
    return voucher


def rewrite(*, actor: Actor, at: datetime, voucher_id: int, draft: Draft) -> Voucher:
    """A draft says something else; its roster is made anew. Whoever writes it now is who prepared it."""
    voucher, union, actor = own_draft(actor, voucher_id)
    spending, lines = _checked(at, union, draft)
    _take(voucher, spending, draft, lines)
    voucher.prepared_by, voucher.prepared_at = user_of(actor), at
    voucher.save()
    voucher.lines.all().delete()
    _list(voucher, lines)
    told.of_voucher(actor, at, "voucher.rewrite", voucher)
    renewed(at, voucher, union)
    return voucher


def add_file(*, actor: Actor, at: datetime, voucher_id: int, content: BinaryIO, name: str) -> VoucherFile:
    """Put a photo or PDF with a draft: an invoice, the signed roster. The same picture twice is once."""
    voucher, union, actor = own_draft(actor, voucher_id)
    most = int(parameters.value("spending.files_most", division=union.division, day=voucher.day))
    if voucher.files.count() >= most:
        raise Refusal(
            "files_enough", _("At most %(most)d files go here. Take one away first.") % {"most": most}
        )
    place = access.place_of(union)
    file_id = files.store(
        actor=actor, at=at, content=content, name=name, owner=OWNER, owner_id=voucher.pk, place=place
    )
    stored = StoredFile.objects.get(pk=file_id)
    if stored.media_type not in KINDS:
        raise Refusal("proof_kind", _("A proof is a photo or a PDF. Take a picture of the document."))
    twins = StoredFile.objects.filter(owner=OWNER, owner_id=str(voucher.pk), sha256=stored.sha256)
    there = voucher.files.filter(file_id__in=twins.values("pk")).first()
    if there is not None:
        files.remove(actor=actor, at=at, file_id=file_id)
        return there
    added = VoucherFile.objects.create(
        voucher=voucher, file_id=file_id, name=stored.name[-LONGEST_NAME:], user_id=user_of(actor), added_at=at,
        union_id=union.pk, county_id=union.stands_in,
    )  # fmt: skip
    told.of_voucher(actor, at, "voucher.add_file", voucher)
    renewed(at, voucher, union)
    return added


def remove_file(*, actor: Actor, at: datetime, voucher_id: int, number: int) -> None:
    """Take a file away from a draft again."""
    voucher, union, actor = own_draft(actor, voucher_id)
    there = voucher.files.filter(pk=number).first()
    if there is None:
        raise NotForYou("no_such_file", _("There is no such file with this voucher."))
    files.remove(actor=actor, at=at, file_id=there.file_id)
    there.delete()
    told.of_voucher(actor, at, "voucher.remove_file", voucher)
    renewed(at, voucher, union)


def renewed(at: datetime, voucher: Voucher, union: Union) -> list[Found]:
    """What the rules find on a voucher now, with its flags in step."""
    found = judging.of(voucher, union)
    flagging.renew(at=at, voucher=voucher, found=found)
    return found


def own_draft(actor: Actor, voucher_id: int) -> tuple[Voucher, Union, Actor]:
    """A voucher that can still be changed, held; its union, and the actor by the right to prepare there."""
    voucher = Voucher.objects.select_for_update().filter(pk=voucher_id).first()
    if voucher is None:
        raise NotForYou("no_such_voucher", _("There is no such voucher at your union."))
    actor = access.require(actor, PREPARE, voucher.union_id)
    if voucher.state != Voucher.State.DRAFT:
        raise Refusal(
            "voucher_handed_in", _("This voucher has been handed in. Whoever checks it can give it back.")
        )
    return voucher, flagging.union_of(voucher), actor


def money_accounts(union: Union, day: date) -> list[Account]:
    """The accounts money leaves from: banks and cash, open on the day."""
    found = Account.objects.filter(union_id=union.pk, guarded=True, opened_on__lte=day).order_by(
        "code", "fund"
    )
    charts = definitions.load().charts
    return [
        account
        for account in found
        if (account.closed_on is None or day < account.closed_on)
        and account.code in {charts[account.chart].roles.get(name) for name in MONEY}
    ]


def _checked(at: datetime, union: Union, draft: Draft) -> tuple[Spending, list[tuple[UUID, int]]]:
    """What the draft is spent on and who gets what. Raises Refusal."""
    spending = judging.spending_of(draft.category)
    if draft.day > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    if not draft.title.strip():
        raise Refusal("title_missing", _("Say in a few words what it is for."))
    if not codes.holds("spending_ways", draft.way, draft.day):
        raise Refusal("no_such_way", _("Choose how it is given from the list."))
    if spending.occasions and not codes.holds(spending.occasions, draft.occasion, draft.day):
        raise Refusal("no_such_occasion", _("Choose the holiday: only those of the list are allowed."))
    if draft.paid_from not in {account.pk for account in money_accounts(union, draft.day)}:
        raise Refusal(
            "no_such_money",
            _("Choose the account the money leaves from: one of the bank or of cash, open then."),
        )
    if spending.winners and not draft.participants:
        raise Refusal("participants_missing", _("Say how many took part: it decides how many may win."))
    if not spending.roster:
        if draft.amount is None or draft.amount <= 0:
            raise Refusal("nothing_to_spend", _("Say how much it is."))
        return spending, []
    return spending, _roster(union, draft)


def _roster(union: Union, draft: Draft) -> list[tuple[UUID, int]]:
    most = int(parameters.value("spending.roster_most", division=union.division, day=draft.day))
    if draft.everybody is not None:
        people = rosters.members(union.pk, most=most + 1)
        _few_enough(len(people), most)
        lines = [(one.person_id, draft.everybody) for one in people]
    else:
        _few_enough(len(draft.roster), most)
        lines = _found(union, draft.roster, most)
    if not lines:
        raise Refusal("nobody_named", judging.SENTENCES["nobody_named"])
    if any(amount <= 0 for _person, amount in lines):
        raise Refusal("nothing_to_spend", _("Say how much each of them gets."))
    return lines


def _few_enough(people: int, most: int) -> None:
    if people > most:
        raise Refusal(
            "roster_too_long",
            _("At most %(most)d people go on one voucher. Make one for each branch or workshop.")
            % {"most": most},
        )


def _found(union: Union, roster: Sequence[Wanted], most: int) -> list[tuple[UUID, int]]:
    asked = list({one.who for one in roster})
    by: dict[str, set[UUID]] = {}
    for one in rosters.members(union.pk, asked=asked, most=most * NAMESAKES):
        by.setdefault(one.name, set()).add(one.person_id)
        by.setdefault(one.number, set()).add(one.person_id)
    lines: dict[UUID, int] = {}
    for wanted in roster:
        people = by.get(wanted.who, set())
        if len(people) != 1:
            raise Refusal(
                "roster_who",
                _("%(who)s: several members have this name. Write the member number instead.")
                % {"who": wanted.who}
                if people
                else _("%(who)s is no member of this union. Compare the name with the register.")
                % {"who": wanted.who},
            )
        (person,) = people
        if person in lines:
            raise Refusal("roster_twice", _("%(who)s stands on the roster twice.") % {"who": wanted.who})
        lines[person] = wanted.amount
    return list(lines.items())


def _take(voucher: Voucher, spending: Spending, draft: Draft, lines: Sequence[tuple[UUID, int]]) -> None:
    voucher.category, voucher.day, voucher.year = spending.code, draft.day, judging.year_of(draft.day)
    voucher.occasion = draft.occasion if spending.occasions else ""
    voucher.title, voucher.way, voucher.payee = draft.title.strip(), draft.way, draft.payee.strip()
    voucher.paid_from_id = draft.paid_from
    voucher.participants = draft.participants if spending.winners else None
    voucher.decided = draft.decided.strip()
    voucher.amount = sum(amount for _person, amount in lines) if spending.roster else draft.amount or 0


def _list(voucher: Voucher, lines: Sequence[tuple[UUID, int]]) -> None:
    VoucherLine.objects.bulk_create(
        VoucherLine(
            voucher=voucher, person_id=person, amount=amount,
            union_id=voucher.union_id, county_id=voucher.county_id,
        )
        for person, amount in lines
    )  # fmt: skip


def user_of(actor: Actor) -> int:
    """Whose account it is. Raises NotForYou for a visitor."""
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))
    return actor.user_id
