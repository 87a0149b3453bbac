"""How Django finds the account of a session: by a statement each connection plans once, since every page asks it."""

from django.contrib.auth.backends import ModelBackend

from zhijia.accounts.models import User
from zhijia.kernel import rows


class Accounts(ModelBackend):
    """Accounts of the platform, by their number."""

    def get_user(self, user_id: int) -> User | None:
        """The account, while it may be used."""
        user = rows.find(User, user_id)
        return user if self.user_can_authenticate(user) else None
