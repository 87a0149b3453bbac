"""The addresses of the audit committees' work."""

from django.http import HttpResponse
from django.urls import path

app_name = "auditing"
urlpatterns = [path("audits/", lambda request: HttpResponse(), name="here")]
