"""The addresses of the audit committees' work."""

from django.urls import URLPattern

app_name = "auditing"
urlpatterns: list[URLPattern] = []
