"""What an officer has to look at before they agree: found when a case is handed in, and as it goes on."""

from datetime import datetime

from zhijia.catalogue import ports
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.matters.models import Case, Step
from zhijia.matters.services import eligibility

NOT_COUNTED = (Case.State.DRAFT, Case.State.WITHDRAWN, Case.State.MERGED)


def at_submit(case: Case, matter: Matter, at: datetime) -> None:
    """Flag the case, which the caller saves, with what stands out now: the rule says no or cannot tell, the same person
    asked for the same this year already, somebody at a desk asked for them."""
    found = [*_eligibility(case, matter, at)]
    if _asked_before(case, at):
        found.append("asked_before")
    if case.desk_user_id is not None:
        found.append("at_desk")
    if found:
        case.flags = [*case.flags, *(word for word in found if word not in case.flags)]


def of(case: Case, step: Step | None, at: datetime) -> list[str]:
    """What stands out at this moment: what was flagged, and that the step is late."""
    late = step is not None and step.due_at is not None and step.due_at < at
    return [*case.flags, *(["late"] if late and "late" not in case.flags else [])]


def in_file(case: Case, step: Step | None, at: datetime) -> list[str]:
    """What stands out to whoever opens the file, besides: what the room whose matter it is says (the port
    `matters.in_file.<matter>`), while the case is decided."""
    port = f"matters.in_file.{case.code}"
    if step is None or step.state != Step.State.ACTIVE or not ports.answered(port):
        return []
    found: list[str] = ports.call(port, case=case, day=days.business_day(at))
    return found


def _eligibility(case: Case, matter: Matter, at: datetime) -> list[str]:
    if not matter.eligibility:
        return []
    told = eligibility.of(case, matter, at)
    if told is None or told.value is None:
        return ["eligibility_unknown"]
    return [] if told.value else ["not_eligible"]


def _asked_before(case: Case, at: datetime) -> bool:
    if case.person_id is None:
        return False
    year = datetime(days.business_day(at).year, 1, 1, tzinfo=days.SHANGHAI)
    same = Case.objects.filter(person_id=case.person_id, code=case.code, opened_at__gte=year)
    others = same.exclude(pk__in=[case.pk, *([case.appeals_id] if case.appeals_id else [])])
    return others.exclude(state__in=NOT_COUNTED).exists()
