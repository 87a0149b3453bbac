"""What a browser sends goes to the disk only as far as anybody may send it."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from zhijia.catalogue import parameters
from zhijia.kernel import days

LIMITS = ("files.max_bytes", "files.import_max_bytes")


class Bounded(TemporaryFileUploadHandler):
    """Writes what comes to a file, and what is beyond the largest limit nowhere: the file is then longer than any
    limit, so that whoever takes it refuses it with a sentence; the disk holds no more of it."""

    def new_file(self, *args: Any, **more: Any) -> None:
        """A file begins."""
        super().new_file(*args, **more)
        day = days.business_day(days.now())
        self.most = max(parameters.value(name, day=day) for name in LIMITS)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it has come."""
        if start <= self.most:
            super().receive_data_chunk(raw_data, start)
