"""Of several matters asked for in one go, one may wait for those before it (`waits: matters.before`): first joining,
then what only a member has. Once they have ended it goes on as whoever asked, or ends with them."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.catalogue import ports
from zhijia.catalogue.matter_steps import BEFORE
from zhijia.kernel import actors, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.matters.at_hand import also_at_hand
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import moving, parts, versions


def go_on(*, at: datetime, whole_id: UUID) -> int:
    """The parts that wait for those before them go on where these were granted, else they end; how many. Twice or at
    once it does so once: the parts are held, and their steps wait no more."""
    with acting(actors.system("matters-in-turn")) as system:
        with also_at_hand(whole_id):
            whole = Case.objects.filter(pk=whole_id).first()
        if whole is None:
            return 0
        # Held before the account is read: whoever takes somebody in links it to their person.
        held = _hold(whole_id)
        account = User.objects.filter(pk=whole.user_id).first() if whole.user_id else None
        with acting(_asker(account, system)) as actor:
            return _each(actor, at, whole, held, account.person_id if account else whole.person_id)


def _each(actor: Actor, at: datetime, whole: Case, held: dict[str, Case], person_id: UUID | None) -> int:
    """Every part that waits, in the order of the items; how many went on or ended."""
    done = 0
    for item in versions.definition(whole.version).items:
        part = held.get(item.matter)
        if part is None or part.state not in parts.OPEN:
            continue
        before = [held[code] for code in _before(whole, part.code) if code in held]
        states = [other.state for other in before if not _taken_back_while_waiting(other)]
        with also_at_hand(part.pk):
            step = _waiting(part)
            done += step is not None and _goes(actor, at, part, step, states, person_id)
    return done


def waits(*, day: date, case: Case) -> bool:
    """The port `matters.waits.matters.before`: whether a part before this one is not granted yet. What was asked for by
    itself waits for nothing."""
    if case.part_of is None:
        return False
    before = _before(case.part_of, case.code)
    others = Case.objects.filter(part_of=case.part_of_id, code__in=before)
    return others.exclude(state=Case.State.GRANTED).exists()


def register() -> None:
    """Answer the ports of a step that waits for those before it."""
    ports.register(f"matters.waits.{BEFORE}", waits)
    ports.register(f"matters.begins_waiting.{BEFORE}", _nothing_to_begin)


def _nothing_to_begin(*, actor: Actor, at: datetime, case: Case) -> None:
    """What it waits for is under way."""


def _before(whole: Case, code: str) -> list[str]:
    items = [item.matter for item in versions.definition(whole.version).items]
    return items[: items.index(code)]


def _hold(whole_id: UUID) -> dict[str, Case]:
    """The parts by their codes, locked in the order of their keys, whoever asks: also where the account was closed, or
    an officer typed it in."""
    held = {}
    for (part_id,) in rows.run("SELECT id FROM matters_parts(%s) ORDER BY id", [whole_id]):
        with also_at_hand(part_id):
            part = Case.objects.select_for_update().get(pk=part_id)
        held[part.code] = part
    return held


def _taken_back_while_waiting(part: Case) -> bool:
    """Whether nobody has to wait for it any more: it only waited itself, and whoever asked took it back."""
    waited = any(step.waits == BEFORE for step in versions.definition(part.version).steps)
    return waited and part.state == Case.State.WITHDRAWN


def _waiting(part: Case) -> Step | None:
    step = part.steps.filter(state=Step.State.WAITING).first()
    if step is None or versions.definition(part.version).step(step.code).waits != BEFORE:
        return None
    return step


def _goes(
    actor: Actor, at: datetime, part: Case, step: Step, before: list[str], person_id: UUID | None
) -> bool:
    """Whether the part went on or ended: all before it have ended. Where only whoever asked could do what comes next,
    and nobody is there any more who could, it ends as if taken back."""
    if set(before) & {Case.State.DRAFT, Case.State.OPEN, Case.State.PAUSED}:
        return False
    matter = versions.definition(part.version)
    moving.close(step, Step.State.DONE, at)
    if set(before) <= {Case.State.GRANTED}:
        if part.person_id is None and person_id is not None:  # whom the register did not know when they asked
            part.person_id = person_id
            part.save(update_fields=["person_id"])
        try:
            with transaction.atomic():
                moving.go_on(actor=actor, at=at, case=part, matter=matter)
        except Refusal:
            part.refresh_from_db()
            moving.end(actor=actor, at=at, case=part, matter=matter, state=Case.State.WITHDRAWN)
        return True
    refused = Case.State.REFUSED in before
    if refused:
        reason = str(_("What this needs was not granted. Once it is, ask for this by itself."))
        Decision.objects.create(case=part, step=step, verdict=Decision.Verdict.REFUSE, reason=reason, at=at)
    ended = Case.State.REFUSED if refused else Case.State.WITHDRAWN
    moving.end(actor=actor, at=at, case=part, matter=matter, state=ended)
    return True


def _asker(account: User | None, system: Actor) -> Actor:
    """Whoever asked, by their account: what they get by themselves they get so here. Nobody where they have none, or it
    was closed."""
    if account is None or not account.is_active:
        return system
    return Actor(account.pk, system.channel, system.request_id, person_id=account.person_id)
