"""Settings of the test suite: the real ones, over a data folder of its own."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="zhijia-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in (
    "DATABASE_URL",
    "ZHIJIA_BULK_URL",
    "ZHIJIA_OWNER_URL",
    "ZHIJIA_SEALER_URL",
    "ZHIJIA_PRODUCTION",
):
    os.environ.pop(_name, None)
os.environ["ZHIJIA_DATA"] = _data
os.environ["ZHIJIA_DEMO"] = "1"

from zhijia.web.settings import *  # noqa: E402, F403
from zhijia.web.settings import DATABASES  # noqa: E402

for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": f"{_data}/files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
