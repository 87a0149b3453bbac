"""Who opens the papers of a voucher: whoever reads the books there, prepares or checks."""

from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.ledger.spending_models import Voucher
from zhijia.registry import access

OWNER = "ledger.voucher"
RIGHTS = ("ledger.view", "spending.prepare", "spending.check")


def may_open(actor: Actor, stored: StoredFile) -> bool:
    """The port of the files. Row policies hide the vouchers of other unions."""
    voucher = Voucher.objects.filter(pk=int(stored.owner_id)).first()
    return voucher is not None and any(access.may(actor, right, voucher.union_id) for right in RIGHTS)
