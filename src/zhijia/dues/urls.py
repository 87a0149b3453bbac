"""The addresses of contributions and dues."""

from django.urls import URLPattern

app_name = "dues"
urlpatterns: list[URLPattern] = []
