"""Accounts: who can log in. A person's data lies in the registry and the vault, never here."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhijia.kernel.tables import Keeping, Table


class User(AbstractBaseUser, Table):
    """An account. `login` is chosen by staff and made for members; the phone lies in the vault under
    `accounts_user.phone` and is found there by its blind index. `person_id` is a plain id: the registry
    stands above. `totp_step` is the last time step whose code was taken, so that none is taken twice."""

    keeping = Keeping(
        "An account in use; leavers are closed (S-08)", "retention.account_months_after_closing"
    )

    login = models.CharField(max_length=60, unique=True, db_collation="C")
    person_id = models.UUIDField(null=True, unique=True)
    staff = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    totp_since = models.DateTimeField(null=True)
    totp_step = models.BigIntegerField(default=0)
    language = models.CharField(max_length=10, default="zh-hans")
    text_size = models.CharField(max_length=10, default="normal")
    theme = models.CharField(max_length=10, default="system")
    created_at = models.DateTimeField()

    objects = BaseUserManager["User"]()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return f"user {self.pk}"


class Session(Table):
    """A browser that is logged in (or about to be). The key is kept as its SHA-256; reading, writing and
    ending one's current session goes through the functions of the first migration, because a session has to
    be opened before anybody knows whose it is. `idle_seconds` 0 means that idling does not end it."""

    personal = True
    keeping = Keeping(
        "Opens nothing after its end (S-03); log-in and log-out stay on the trail", by_itself=True
    )

    id = models.BigAutoField(primary_key=True)
    key_hash = models.CharField(max_length=64, unique=True, db_collation="C")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    user_id: int | None
    data = models.TextField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    idle_seconds = models.IntegerField(default=0)
    address = models.CharField(max_length=45, default="")
    device = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "accounts_session"
        indexes = [models.Index(fields=["expires_at"], name="accounts_session_by_expiry")]


class Attempt(Table):
    """Something that counts towards a limit: a failed password, a failed code, a message sent. `key` is a
    keyed digest of the account, the phone or the address; success clears the failures of an account."""

    keeping = Keeping(
        "Brute force is noticed and stopped (S-03, S-23)", "retention.login_days", by_itself=True
    )

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64, db_collation="C")
    at = models.DateTimeField()

    class Meta:
        db_table = "accounts_attempt"
        indexes = [models.Index(fields=["kind", "key", "at"], name="accounts_attempt_by_key")]


class OldPassword(Table):
    """A password hash that may not be chosen again for a while (S-02)."""

    keeping = Keeping("The last passwords may not come back (S-02)", "retention.account_months_after_closing")

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_old_password"
        indexes = [models.Index(fields=["user", "-replaced_at"], name="accounts_old_password_by_user")]


class OneTimeCode(Table):
    """A code sent to a phone, kept as a keyed digest; the phone too. A code is for one purpose and used
    once."""

    keeping = Keeping("Valid for minutes", "retention.sms_days", by_itself=True)

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=20)
    phone = models.CharField(max_length=64, db_collation="C")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_one_time_code"
        indexes = [models.Index(fields=["phone", "purpose", "-made_at"], name="accounts_code_by_phone")]


class RecoveryCode(Table):
    """A code on paper that stands in once for a lost second factor, kept as a keyed digest."""

    keeping = Keeping("The way back after a lost phone (S-05)", "retention.account_months_after_closing")

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_recovery_code"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once_per_user")]


class ApiToken(Table):
    """A personal token for programs, kept as its SHA-256. `scopes` names the permissions it may use, never
    more than its owner has; it ends at `expires_at`, or at once when revoked."""

    keeping = Keeping("Which program acted for whom (S-04)", "retention.token_days")

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    user_id: int
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True, db_collation="C")
    scopes = ArrayField(models.CharField(max_length=60))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_api_token"


class DemoSms(Table):
    """What the development adapter would have sent, to a number nobody has. Empty outside a demo."""

    keeping = Keeping("Shown on the demo's page of codes", "retention.sms_days", by_itself=True)

    id = models.BigAutoField(primary_key=True)
    phone = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_demo_sms"
        indexes = [models.Index(fields=["-sent_at"], name="accounts_demo_sms_latest")]


class Answered(Table):
    """What was answered to a key of a user under the name of an address (`answered.py`): asked again, it is said again.
    `digest` is a keyed digest of what was asked, `answer` the sealed response."""

    personal = True
    keeping = Keeping(
        "A payment asked for again is not made again", "retention.answered_days", by_itself=True
    )

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    route = models.CharField(max_length=80, db_collation="C")
    key = models.CharField(max_length=80, db_collation="C")
    digest = models.CharField(max_length=64, db_collation="C")
    answer = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "accounts_answered"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "key", "route"], name="answered_once_per_key")
        ]
        indexes = [models.Index(fields=["at"], name="accounts_answered_by_day")]
