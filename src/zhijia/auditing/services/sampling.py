"""Drawing entries to look at, and the working paper of each."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.audit.services import Place
from zhijia.auditing import rules
from zhijia.auditing.models import Engagement, Item, Sample
from zhijia.auditing.queries import candidates, risks
from zhijia.auditing.rules import PATTERNS, Candidate, Drawn, Terms
from zhijia.auditing.services import planning, promises, told
from zhijia.catalogue import parameters, working_days
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.files import services as files
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

OWNER = "auditing.item"
SEED_BYTES, FEN = 16, 100
Method = Sample.Method
Subject = Sample.Subject
NOTHING: dict[tuple[str, bool], Promise] = {
    (Subject.ENTRY, False): _(
        "There is no entry in the days of this audit, or none on the accounts you named."
    ),
    (Subject.ENTRY, True): _("No entry of these days shows one of the risks you draw by."),
    (Subject.PAYMENT, False): _(
        "No payment was ordered in the days of this audit, or none for the accounts you named."
    ),
    (Subject.PAYMENT, True): _("No payment of these days shows one of the risks you draw by."),
}
"""What is said where nothing can be drawn: of what, and whether there was anything to draw from."""
OF_THE_OTHER: dict[str, Promise] = {
    Subject.ENTRY: _(
        "The risks you ticked are those of payments, and entries are drawn. Tick a risk of entries, or draw payments."
    ),
    Subject.PAYMENT: _(
        "The risks you ticked are those of entries, and payments are drawn. Tick a risk of payments, or draw entries."
    ),
}


def draw(
    *,
    actor: Actor,
    at: datetime,
    engagement_id: UUID,
    method: str,
    size: int,
    accounts: Sequence[str] = (),
    subject: str = Subject.ENTRY,
    chosen: Sequence[str] = (),
    once: UUID,
) -> Sample:
    """Draw so many entries or payments (`subject`) of the audit's days, of these accounts where any is named; by risk,
    by the risks that were chosen, or by all there are. The seed is made here, after what is drawn from is known, and
    kept with it. The same key again answers the sample that stands; every draw stays, so that drawing until it fits
    shows. Raises Refusal outside the field, for too many and for nothing to draw from."""
    engagement = planning.held(engagement_id)
    actor = planning.at_work(actor, engagement)
    stands = Sample.objects.filter(pk=once).first()
    if stands is not None:
        return stands
    if engagement.state != Engagement.State.FIELDWORK:
        raise Refusal("not_in_the_field", _("A sample is drawn in the field."))
    today = days.business_day(at)
    if not 1 <= size <= parameters.value("auditing.sample_most", day=today):
        raise Refusal("sample_size", _("A sample has at least one entry and not too many to look at."))
    most = parameters.value("auditing.population_most", day=today)
    found = candidates.of_union(
        engagement.union_id,
        since=engagement.since,
        until=engagement.until,
        accounts=accounts,
        most=most + 1,
        subject=subject,
    )
    if len(found) > most:
        raise Refusal("too_many_entries", _("There are too many entries. Name the accounts to draw from."))
    terms = _terms(engagement, found, at, _Risks(subject, tuple(chosen)) if method == Method.RISK else None)
    seed = secrets.token_hex(SEED_BYTES)
    drawn = drawn_by(method, seed, found, size, terms)
    if not drawn:
        raise Refusal("nothing_to_draw", NOTHING[subject, bool(found)])
    sample = Sample(
        id=once,
        engagement=engagement,
        subject=subject,
        method=method,
        accounts=list(accounts),
        size=size,
        seed=seed,
        terms=said(terms),
        population=[one.id for one in found],
        amounts=[one.amount for one in found],
        digest=rules.digest((one.id for one in found), (one.amount for one in found)),
        drawn_at=at,
        drawn_by=actor.user_id or 0,
        **planning.places_of(engagement),
    )
    with promises.kept():
        sample.save(force_insert=True)
        Item.objects.bulk_create(_item(sample, place, one) for place, one in enumerate(drawn, start=1))
    told.trail(
        actor, at, "audit.draw", engagement,
        {"of": subject, "method": method, "entries": len(drawn), "seed": seed},
    )  # fmt: skip
    return sample


def drawn_by(method: str, seed: str, found: Sequence[Candidate], size: int, terms: Terms) -> Sequence[Drawn]:
    """What is drawn from these by this method: the same for the same, whoever asks."""
    if method == Method.STRATIFIED:
        return rules.stratified(seed, found, size, terms.bands)
    if method == Method.RISK:
        return rules.by_risk(seed, found, size, terms)
    return rules.at_random(seed, found, size)


def again(sample: Sample, found: Sequence[Candidate]) -> list[int]:
    """The numbers of the entries drawn anew from the sample's own seed, numbers in force and population."""
    drawn = drawn_by(sample.method, sample.seed, found, sample.size, read(sample.terms))
    return [one.candidate.id for one in drawn]


def look(
    *,
    actor: Actor,
    at: datetime,
    item_id: int,
    result: str,
    note: str = "",
    content: BinaryIO | None = None,
    name: str = "",
) -> Item:
    """What somebody of the team saw on an entry: in order, or a finding and what; with a page for the working papers.
    Looking again replaces it while the audit is in the field. Raises NotForYou, Refusal for a finding without words."""
    item = Item.objects.select_for_update().filter(pk=item_id).select_related("sample__engagement").first()
    if item is None:
        raise NotForYou("no_such_item", _("There is no such entry in a sample here."))
    engagement = planning.held(item.sample.engagement_id)
    actor = planning.at_work(actor, engagement)
    if engagement.state != Engagement.State.FIELDWORK:
        raise Refusal("not_in_the_field", _("Working papers are written in the field."))
    if result not in (Item.Result.IN_ORDER, Item.Result.FINDING):
        raise Refusal("no_result", _("Say whether it is in order."))
    if result == Item.Result.FINDING and not note.strip():
        raise Refusal("words_missing", _("Say what you found."))
    if content is not None:
        item.file_id = files.store(
            actor=actor, at=at, content=content, name=name, owner=OWNER, owner_id=item.pk,
            place=Place(engagement.other_union_id, engagement.other_county_id),
        )  # fmt: skip
    item.result, item.note = Item.Result(result), note.strip()
    item.looked_at, item.looked_by = at, actor.user_id
    item.save(update_fields=["result", "note", "file_id", "looked_at", "looked_by"])
    told.trail(actor, at, "audit.paper", engagement, {item.sample.subject: item.number, "result": result})
    return item


def opened(*, actor: Actor, at: datetime, item: Item) -> None:
    """Somebody of the committee opens an entry or a payment of a sample: the look is on the trail. Raises NotForYou."""
    engagement = item.sample.engagement
    actor = access.require(actor, planning.WORK, engagement.other_union_id)
    told.trail(actor, at, "audit.entry.look", engagement, {item.sample.subject: item.number})


def said(terms: Terms) -> dict[str, object]:
    """The numbers in force as plain data, to be kept."""
    return {
        "bands": list(terms.bands),
        "split_limit": terms.split_limit,
        "split_percent": terms.split_percent,
        "split_days": terms.split_days,
        "risks": dict(terms.risks),
        "rest_days": sorted(day.isoformat() for day in terms.rest_days),
        "declared": {str(number): list(flags) for number, flags in terms.declared.items()},
    }


def read(kept: dict[str, object]) -> Terms:
    """The numbers as they were kept."""
    data: dict[str, Any] = dict(kept)
    data["rest_days"] = frozenset(date.fromisoformat(day) for day in data["rest_days"])
    data["declared"] = {int(number): tuple(flags) for number, flags in data["declared"].items()}
    return Terms(**data)


@dataclass(frozen=True, slots=True)
class _Risks:
    """The risks somebody draws by: of entries or payments, those chosen, or all where none is."""

    subject: str
    chosen: tuple[str, ...]

    def rules(self, on: date) -> list[RuleDefinition]:
        """The rules among them. Raises Refusal for one that is none, and where all are of the other subject."""
        there = risks.of_subject(self.subject, on)
        if not set(self.chosen) <= {code for code, _label in risks.choices(on)}:
            raise Refusal("no_such_risk", _("Choose the risks from the list."))
        if self.chosen and not set(self.chosen) & {*there, *PATTERNS}:
            raise Refusal("risks_of_the_other", OF_THE_OTHER[self.subject])
        return [rule for code, rule in there.items() if not self.chosen or code in self.chosen]

    def patterns(self) -> dict[str, int]:
        """What no rule about one entry says, among them."""
        return {code: 0 for code in PATTERNS if not self.chosen or code in self.chosen}


def _terms(
    engagement: Engagement, found: Sequence[Candidate], at: datetime, drawn_by: _Risks | None
) -> Terms:
    division = Union.objects.values_list("division", flat=True).get(pk=engagement.union_id)
    today = days.business_day(at)
    asked = drawn_by.rules(today) if drawn_by else []

    def number(name: str) -> Any:
        return parameters.value(f"auditing.{name}", division=division, day=today)

    return Terms(
        bands=tuple(yuan * FEN for yuan in number("bands_yuan")),
        split_limit=number("split_limit_yuan") * FEN,
        split_percent=number("split_percent"),
        split_days=number("split_days"),
        rest_days=frozenset(day for day in {one.day for one in found} if not _is_working(day, division)),
        risks={**risks.used(asked, at), **(drawn_by.patterns() if drawn_by else {})},
        declared=risks.holding(asked, [one.id for one in found], today),
    )


def _is_working(day: date, division: str) -> bool:
    """Whether people work on the day; before the table of working days begins, by the week alone."""
    try:
        return working_days.is_working(day, division)
    except Refusal:
        return day.weekday() < working_days.SATURDAY


def _item(sample: Sample, place: int, one: Drawn) -> Item:
    return Item(
        sample=sample,
        place=place,
        number=one.candidate.id,
        day=one.candidate.day,
        amount=one.candidate.amount,
        stratum=one.stratum,
        flags=list(one.flags),
        **planning.places_of(sample.engagement),
    )
