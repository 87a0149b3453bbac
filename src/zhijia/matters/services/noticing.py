"""Public notices: hung up with masked names once the applicant has agreed (PI-03), read by anybody, taken down by
themselves; an objection is a case of its own that holds the notice's case until it is decided (HH-12)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import purposes
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_steps import PublicNotice
from zhijia.kernel import masking
from zhijia.kernel.context import whole
from zhijia.matters.models import Case, Notice, Step
from zhijia.registry.models import Consent, Union

OBJECTION = "notice_objection"
"""The matter an objection is, and why its case is linked to the notice's."""
_HELD = """
SELECT count(*) FROM matters_linked l JOIN matters_case c ON c.id = l.case_id
WHERE l.to_id = %s AND l.why = %s AND c.state IN ('open', 'paused', 'granted')"""

_HANGS = """
SELECT count(*) FROM matters_notice n JOIN matters_step s ON s.id = n.step_id
WHERE n.case_id = %s AND n.hangs_from <= %s AND n.hangs_until > %s AND s.state = 'active'"""


def hang(*, at: datetime, case: Case, matter: Matter, step: Step) -> bool:
    """Hang the notice of this step up until the step's day; False while whoever asks has not agreed, or as long as no
    day can be told."""
    rule = matter.step(step.code).notice
    if rule is None:
        raise LookupError(f"The step {step.code} hangs up no notice.")
    consent = _consent(case, rule)
    if consent is None:
        return False
    if step.due_at is not None:
        Notice.objects.get_or_create(
            step=step,
            defaults={
                "case": case,
                "seat_id": step.seat_id,
                "words": _words(case, matter, rule),
                "consent_id": consent.pk,
                "hangs_from": at,
                "hangs_until": step.due_at,
            },
        )
    return True


def take_down(case: Case, matter: Matter, at: datetime) -> None:
    """What hangs of this case hangs no more: nobody's name stays up after the case was refused, taken back or sent
    back."""
    if any(step.notice for step in matter.steps):
        Notice.objects.filter(case=case, hangs_until__gt=at).update(hangs_until=at)


def agreed(case: Case, matter: Matter, step: Step) -> bool:
    """Whether the notice of this step may be shown; a step without one needs nobody's agreement."""
    rule = matter.step(step.code).notice
    return rule is None or _consent(case, rule) is not None


def asks_first(matter: Matter, step: Step) -> str:
    """What the applicant is told when the step waits for their agreement."""
    rule = matter.step(step.code).notice
    purpose = purposes.get(rule.purpose) if rule else None
    return str(
        _(
            "Before it goes on, a notice with your name masked has to be shown. "
            "Agree under “What I agreed to”: %(purpose)s."
        )
        % {"purpose": purpose.label if purpose else ""}
    )


def is_held(case_id: UUID) -> bool:
    """Whether an objection against this case's notice waits for an answer, or was found right. No objection comes in
    until this transaction has ended."""
    _hold(case_id)
    with whole() as cursor:
        cursor.execute(_HELD, [case_id, OBJECTION])
        return bool(cursor.fetchone()[0])


def hangs(case_id: UUID, *, at: datetime) -> bool:
    """Whether a notice of this case, which whoever asks may not see, hangs now; it does not end before this transaction
    has."""
    _hold(case_id)
    with whole() as cursor:
        cursor.execute(_HANGS, [case_id, at, at])
        return bool(cursor.fetchone()[0])


def _hold(case_id: UUID) -> None:
    """One at a time: the end of a notice, and an objection to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"matters.notice {case_id}"])


def hanging(*, at: datetime) -> QuerySet[Notice]:
    """The notices that hang now: anybody may read them, the one that ends first comes first."""
    return Notice.objects.filter(hangs_from__lte=at, hangs_until__gt=at).order_by("hangs_until", "pk")


def _consent(case: Case, rule: PublicNotice) -> Consent | None:
    if case.person_id is None:
        return None
    return Consent.objects.filter(
        person_id=case.person_id, purpose=rule.purpose, withdrawn_at__isnull=True
    ).first()


def _words(case: Case, matter: Matter, rule: PublicNotice) -> dict[str, str]:
    """What is shown, in both languages; of the person the masked name alone."""
    values = {
        "name": masking.name(case.shown_name),
        "union": Union.objects.values_list("name", flat=True).get(pk=case.union_id),
        "amount": f"{Decimal(case.amount or 0).scaleb(-2):,.2f}",
    }
    return {
        "zh": rule.words.zh.format(**values, matter=matter.label.zh),
        "en": rule.words.en.format(**values, matter=matter.label.en),
    }
