"""Accounts: who can log in. A person's data lies in the registry and the vault, never here."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from zhijia.kernel.tables import Keeping, Table


class User(AbstractBaseUser, Table):
    """An account. `login` is chosen by staff and made for members; the phone lies in the vault and is found by
    `phone_index`, its keyed blind index. `person_id` is a plain id: the registry stands above."""

    keeping = Keeping("An account in use; leavers are closed (S-08)", "retention.account_months_after_closing")

    login = models.CharField(max_length=60, unique=True, db_collation="C")
    phone_index = models.UUIDField(null=True, unique=True)
    person_id = models.UUIDField(null=True, unique=True)
    staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    text_size = models.CharField(max_length=10, default="normal")
    theme = models.CharField(max_length=10, default="system")
    created_at = models.DateTimeField()

    objects = BaseUserManager["User"]()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return f"user {self.pk}"
