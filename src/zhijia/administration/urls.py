"""Pages over the lower rooms: the trail, rights, definitions and numbers."""

from django.urls import path

from zhijia.administration.views import (
    accounts,
    definitions,
    design_parts,
    designs,
    grants,
    numbers,
    retention,
    shelves,
    trail,
)
from zhijia.administration.views.previews import page

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
    path("numbers/<str:key>/", numbers.number, name="number"),
    path("numbers/changes/<int:change_id>/confirm/", numbers.confirm, name="confirm_number"),
    path("numbers/changes/<int:change_id>/withdraw/", numbers.withdraw, name="withdraw_number"),
    path("designs/", shelves.shelves, name="designs"),
    path("designs/<slug:kind>/", shelves.shelf, name="shelf"),
    path("designs/<slug:kind>/copy/<str:code>/", shelves.copy, name="copy_design"),
    path("designs/<slug:kind>/<int:version_id>/", designs.design, name="design"),
    path("designs/<slug:kind>/<int:version_id>/part/", design_parts.part, name="design_part"),
    path("designs/<slug:kind>/<int:version_id>/try/", designs.attempt, name="try_design"),
    path("designs/<slug:kind>/<int:version_id>/preview/", page.preview, name="preview_design"),
    path("designs/<slug:kind>/<int:version_id>/propose/", designs.propose, name="propose_design"),
    path("designs/<slug:kind>/<int:version_id>/publish/", designs.publish, name="publish_design"),
    path("designs/<slug:kind>/<int:version_id>/take-back/", designs.take_back, name="take_back_design"),
    path("designs/<slug:kind>/<int:version_id>/back/", designs.give_back, name="give_back_design"),
    path("designs/<slug:kind>/<int:version_id>/discard/", designs.discard, name="discard_design"),
]
