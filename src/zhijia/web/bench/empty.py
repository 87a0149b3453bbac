"""What the bench of the pages is compared with: Django answering nothing, with no middleware and no database."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], SECRET_KEY="empty")  # noqa: S106


def nothing(request: HttpRequest) -> HttpResponse:
    """An empty answer."""
    return HttpResponse(b"", headers={"Content-Length": "0"})


urlpatterns = [path("", nothing)]
application = get_wsgi_application()
