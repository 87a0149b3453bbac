"""The addresses of spending."""

from django.urls import path

from zhijia.ledger import spending_views as views

urlpatterns = [
    path("spending/", views.here, name="vouchers_here"),
    path("spending/vouchers/<int:number>/", views.voucher, name="spending"),
    path("spending/vouchers/<int:number>/change/", views.change_voucher, name="change_spending"),
    path("spending/vouchers/<int:number>/go-on/", views.go_on, name="spending_goes_on"),
    path("spending/vouchers/<int:number>/papers/", views.add_file, name="add_spending_file"),
    path(
        "spending/vouchers/<int:number>/papers/<int:file_number>/remove/",
        views.remove_file,
        name="remove_spending_file",
    ),
    path("spending/vouchers/<int:number>/flag/", views.put_flag, name="flag_spending"),
    path("spending/flags/<int:number>/settle/", views.settle_flag, name="settle_flag"),
    path("spending/kin/<uuid:kin_id>/end/", views.end_kin, name="end_kin"),
    path("spending/<str:code>/", views.voucher_list, name="vouchers"),
    path("spending/<str:code>/new/", views.new_voucher, name="new_spending"),
    path("spending/<str:code>/allowed/", views.allowance_list, name="allowances"),
    path("spending/<str:code>/flags/", views.flag_list, name="flags"),
    path("spending/<str:code>/kin/", views.kin_list, name="kin"),
]
