"""The addresses of payments."""

from django.urls import URLPattern, path

from zhijia.payments.views import bank_events

app_name = "payments"
urlpatterns: list[URLPattern] = [path("payments/bank/events/", bank_events.receive, name="bank_events")]
