"""The member's own addresses."""

from django.urls import path

from zhijia.registry.views import joining, mine

urlpatterns = [
    path("join/", joining.place, name="join_place"),
    path("join/at/<str:division>/", joining.at_place, name="join_at"),
    path("join/<str:code>/", joining.landing, name="join"),
    path("me/", mine.me, name="me"),
    path("me/card/", mine.card_code, name="card_code"),
    path("me/claim/", joining.claim, name="claim"),
    path("me/data/", mine.data, name="my_data"),
    path("me/data/show/<slug:field>/", mine.show, name="my_reveal"),
    path("me/data/download/", mine.download, name="my_download"),
    path("me/looks/", mine.looks, name="my_looks"),
    path("me/agreements/", mine.agreements, name="my_agreements"),
    path("me/agreements/<slug:purpose>/", mine.agree, name="agree"),
    path("me/refuse/", mine.refuse, name="refuse_registration"),
]
