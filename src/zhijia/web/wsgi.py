"""The WSGI application granian serves."""

import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

from zhijia.kernel.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.web.settings")

if os.environ.get("ZHIJIA_SUPERVISED") and (server := multiprocessing.parent_process()):
    # One of granian's workers: it must not outlive the process that would answer for it.
    die_with_parent()
    if os.getppid() != server.pid:
        os._exit(1)

application = get_wsgi_application()
