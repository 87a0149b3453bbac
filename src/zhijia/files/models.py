"""What is known of a stored file. Its bytes lie sealed outside the web root; rows with the same bytes share
them."""

import uuid

from django.db import models

from zhijia.kernel.tables import Keeping, ProtectedTable


class StoredFile(ProtectedTable):
    """A file somebody handed in for a thing of a room: `owner` names the kind of thing and with it the port
    that opens it (`files.may_open.<owner>`), `owner_id` the thing. `sha256` is of the bytes as they are
    kept: a picture is made anew first. `blob` is where they lie."""

    keeping = Keeping("As long as the thing it belongs to; without one, a month", "retention.file_months")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.CharField(max_length=60)
    owner_id = models.CharField(max_length=40)
    person_id = models.UUIDField(null=True)
    user_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_collation="C")
    blob = models.CharField(max_length=60, db_collation="C")
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "files_stored_file"
        indexes = [
            models.Index(fields=["blob"], name="files_stored_file_by_blob"),
            models.Index(fields=["owner", "owner_id"], name="files_stored_file_by_owner"),
            models.Index(fields=["user_id", "stored_at"], name="files_stored_file_by_user"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
