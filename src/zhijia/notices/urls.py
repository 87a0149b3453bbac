"""Mounted at /messages/."""

from django.urls import path

from zhijia.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.messages, name="messages"),
    path("read", views.read_all, name="read_all"),
    path("<uuid:message_id>/read", views.read, name="read"),
    path("settings", views.preferences, name="preferences"),
    path("settings/<slug:kind>/<slug:channel>", views.switch, name="switch"),
]
