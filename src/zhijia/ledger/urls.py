"""The ledger's addresses."""

from django.urls import path

from zhijia.ledger import budget_views, life_views, oversight_views, spending_urls, statement_views, views

app_name = "ledger"
urlpatterns = [
    *spending_urls.urlpatterns,
    path("ledger/", views.here, name="here"),
    path("ledger/entries/<int:number>/", views.entry, name="entry"),
    path("ledger/entries/<int:number>/<int:line>/life/", life_views.life_of, name="life"),
    path("ledger/<str:code>/", views.book, name="book"),
    path("ledger/<str:code>/open/", views.open_book, name="open_book"),
    path("ledger/<str:code>/entries/", views.entry_list, name="entries"),
    path("ledger/<str:code>/voucher/", views.voucher, name="voucher"),
    path("ledger/<str:code>/accounts/new/", views.account, name="open_account"),
    path("ledger/<str:code>/budget/", budget_views.budget, name="budget"),
    path("ledger/<str:code>/budget/decide/", budget_views.decide, name="decide_budget"),
    path("ledger/budget/<int:number>/raise/", budget_views.raise_line, name="raise_line"),
    path("ledger/<str:code>/statements/", statement_views.statement, name="statement"),
    path("ledger/<str:code>/statements/workbook/", statement_views.workbook, name="statement_workbook"),
    path("ledger/<str:code>/statements/paper/", statement_views.paper, name="statement_paper"),
    path("ledger/<str:code>/below/", oversight_views.below, name="below"),
    path("ledger/<str:code>/close/", views.close, name="close"),
    path("ledger/<str:code>/carry-over/", views.carry_over, name="carry_over"),
    path("ledger/<str:code>/hand-over/", views.hand_over, name="hand_over"),
    path("ledger/<str:code>/reopen/", views.reopen, name="reopen"),
]
