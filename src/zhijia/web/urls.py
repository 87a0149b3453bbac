"""Every address of Zhijia. Rooms bring their own; the six homes, health and the API are here."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
