"""What the registry itself says of a reorganisation: the work that waits at the unions it is about."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from zhijia.registry.models import Application, TransferLeg, Union


def said(*, unions: Sequence[Union], day: date) -> list[str]:
    """One sentence for each union at which something waits: it goes where the members go."""
    sentences = []
    for union in unions:
        asked = Application.objects.filter(union_id=union.pk, state=Application.State.WAITING).count()
        moving = TransferLeg.objects.filter(union_id=union.pk, state=TransferLeg.State.PENDING).count()
        if asked or moving:
            sentences.append(
                _("%(union)s: %(asked)s applications and %(moving)s transfers wait for an answer.")
                % {"union": union.name, "asked": asked, "moving": moving}
            )
    return sentences
