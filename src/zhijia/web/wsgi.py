"""The WSGI application granian serves."""

import multiprocessing
import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from zhijia.kernel.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.web.settings")

if os.environ.get("ZHIJIA_SUPERVISED") and (server := multiprocessing.parent_process()):
    # One of granian's workers: it must not outlive the process that would answer for it.
    die_with_parent()
    if os.getppid() != server.pid:
        os._exit(1)


def behind(proxies: str, application: WSGIApplication) -> WSGIApplication:
    """The application as it stands behind these proxies (addresses or networks, by comma): what they say of the
    visitor's address and of https is believed, what anybody else says is not. Without any, nobody is."""
    wrapped: WSGIApplication = wrap_wsgi_with_proxy_headers(application, proxies)
    return wrapped if proxies else application


application = behind(os.environ.get("ZHIJIA_PROXIES", ""), get_wsgi_application())
