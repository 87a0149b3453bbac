"""Pages over the lower rooms: the trail, rights, definitions and numbers."""

from django.urls import path

from zhijia.administration.views import accounts, definitions, grants, retention, trail

app_name = "administration"
urlpatterns = [
    path("trail/", trail.entries, name="trail"),
    path("trail/verify/", trail.verify, name="verify"),
    path("rights/", grants.listing, name="grants"),
    path("rights/give/", grants.give, name="give_grant"),
    path("rights/<int:grant_id>/end/", grants.end, name="end_grant"),
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/<int:user_id>/close/", accounts.close, name="close_account"),
    path("retention/", retention.listing, name="retention"),
    path("retention/<int:proposal_id>/confirm/", retention.confirm, name="confirm_retention"),
    path("definitions/", definitions.listing, name="definitions"),
]
