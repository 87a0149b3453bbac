"""What may stand out at a case, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "not_eligible": _("The rule says no"),
    "eligibility_unknown": _("The rule cannot tell"),
    "asked_before": _("Asked this year already"),
    "document_needed": _("Known by another name or phone: look at the identity document"),
    "at_desk": _("Asked at a desk"),
    "sent_back": _("Sent back once"),
    "notice_objection": _("Somebody objected to the notice"),
    "objection": _("Objection to an answer"),
    "late": _("Late"),
    "passed_late": _("A step passed because nobody answered"),
    "check_failed": _("The check afterwards failed"),
}
