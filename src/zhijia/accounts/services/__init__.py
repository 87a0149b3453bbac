"""What accounts write. One module a subject; the names other rooms use are gathered here."""

from zhijia.accounts.services.users import close_account, create_user, reopen_account

__all__ = ["close_account", "create_user", "reopen_account"]
