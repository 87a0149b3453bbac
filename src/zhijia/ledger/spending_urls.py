"""The addresses of spending."""

from django.urls import path

from zhijia.ledger.spending_views import lists, voucher, vouchers

urlpatterns = [
    path("spending/", vouchers.here, name="vouchers_here"),
    path("spending/vouchers/<int:number>/", voucher.voucher, name="spending"),
    path("spending/vouchers/<int:number>/change/", vouchers.change_voucher, name="change_spending"),
    path("spending/vouchers/<int:number>/go-on/", voucher.go_on, name="spending_goes_on"),
    path("spending/vouchers/<int:number>/papers/", voucher.add_file, name="add_spending_file"),
    path(
        "spending/vouchers/<int:number>/papers/<int:file_number>/remove/",
        voucher.remove_file,
        name="remove_spending_file",
    ),
    path("spending/vouchers/<int:number>/flag/", voucher.put_flag, name="flag_spending"),
    path("spending/flags/<int:number>/settle/", voucher.settle_flag, name="settle_flag"),
    path("spending/kin/<uuid:kin_id>/end/", lists.end_kin, name="end_kin"),
    path("spending/<str:code>/", vouchers.voucher_list, name="vouchers"),
    path("spending/<str:code>/new/", vouchers.new_voucher, name="new_spending"),
    path("spending/<str:code>/allowed/", vouchers.allowance_list, name="allowances"),
    path("spending/<str:code>/flags/", lists.flag_list, name="flags"),
    path("spending/<str:code>/kin/", lists.kin_list, name="kin"),
]
