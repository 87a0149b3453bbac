"""The addresses of payments."""

from django.urls import URLPattern, path

from zhijia.payments.views import bank_events, reconciliation

app_name = "payments"
urlpatterns: list[URLPattern] = [
    path("payments/bank/events/", bank_events.receive, name="bank_events"),
    path("payments/reconciliation/", reconciliation.here, name="reconciliation_here"),
    path("payments/reconciliation/gate/", reconciliation.open_gate, name="open_gate"),
    path("payments/reconciliation/differences/<int:number>/", reconciliation.settle, name="settle"),
    path("payments/reconciliation/receipts/<int:number>/", reconciliation.assign, name="assign"),
    path("payments/reconciliation/<str:code>/match/", reconciliation.match_fitting, name="match_fitting"),
    path("payments/reconciliation/<str:code>/", reconciliation.page, name="reconciliation"),
]
