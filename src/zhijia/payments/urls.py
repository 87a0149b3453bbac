"""The addresses of payments."""

from django.urls import URLPattern, path

from zhijia.payments.views import bank_events, batch, money_in, own, payee, reconciliation, union

app_name = "payments"
urlpatterns: list[URLPattern] = [
    path("payments/bank/events/", bank_events.receive, name="bank_events"),
    path("payments/reconciliation/", reconciliation.here, name="reconciliation_here"),
    path("payments/reconciliation/gate/", reconciliation.open_gate, name="open_gate"),
    path("payments/reconciliation/differences/<int:number>/", reconciliation.settle, name="settle"),
    path("payments/reconciliation/receipts/<int:number>/", reconciliation.assign, name="assign"),
    path("payments/reconciliation/<str:code>/match/", reconciliation.match_fitting, name="match_fitting"),
    path("payments/reconciliation/<str:code>/", reconciliation.page, name="reconciliation"),
    path("payments/", union.here, name="here"),
    path("payments/batches/<int:number>/", batch.batch, name="batch"),
    path("payments/batches/<int:number>/release/", batch.release, name="release"),
    path("payments/batches/<int:number>/withdraw/", batch.withdraw, name="withdraw"),
    path("payments/batches/<int:number>/file/", batch.bank_file, name="bank_file"),
    path("payments/batches/<int:number>/results/", batch.results, name="results"),
    path("payments/alarms/<int:number>/", batch.answer_alarm, name="answer_alarm"),
    path("payments/orders/<int:number>/", batch.payment, name="payment"),
    path("payments/orders/<int:number>/stop/", batch.stop, name="stop"),
    path("payments/orders/<int:number>/anew/", batch.anew, name="anew"),
    path("payments/receipts/<int:number>/", money_in.receipt, name="receipt"),
    path("payments/receipts/<int:number>/mistake/", money_in.by_mistake, name="by_mistake"),
    path("payments/<str:code>/in/", money_in.money_in, name="money_in"),
    path("payments/<str:code>/", union.union_page, name="union"),
    path("payments/<str:code>/order/", union.order, name="order"),
    path("payments/<str:code>/together/", union.put_together, name="put_together"),
    path("payments/<str:code>/accounts/", union.bank_accounts_page, name="bank_accounts"),
    path("payments/<str:code>/accounts/new/", union.bank_account, name="bank_account"),
    path("people/<uuid:person_id>/payee/", payee.name_for, name="name_for"),
    path("me/payments/", own.mine, name="mine"),
    path("me/payments/account/", own.my_account, name="my_account"),
]
