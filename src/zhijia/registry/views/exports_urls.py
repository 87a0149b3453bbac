"""The addresses of exports."""

from django.urls import path

from zhijia.registry.views import exports

urlpatterns = [
    path("unions/<str:code>/export/<slug:table>/", exports.export, name="export"),
    path("unions/<str:code>/cards/", exports.print_cards, name="print_cards"),
    path("exports/", exports.listing, name="exports"),
    path("exports/<uuid:export_id>/", exports.detail, name="export_detail"),
    path("exports/<uuid:export_id>/answer/", exports.answer, name="export_answer"),
    path("exports/<uuid:export_id>/withdraw/", exports.withdraw, name="export_withdraw"),
    path("exports/<uuid:export_id>/again/", exports.again, name="export_again"),
    path("exports/<uuid:export_id>/open/", exports.open_file, name="export_open"),
]
