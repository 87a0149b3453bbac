"""Addresses of data quality."""

from django.urls import path

from zhijia.registry.views import quality

urlpatterns = [
    path("quality/", quality.here, name="quality_here"),
    path("unions/<str:code>/quality/", quality.overview, name="quality"),
    path("unions/<str:code>/quality/match/", quality.match, name="quality_match"),
    path("unions/<str:code>/quality/<slug:rule>/", quality.rule, name="quality_rule"),
    path("unions/<str:code>/quality/<slug:rule>/mend/", quality.mend, name="quality_mend"),
    path("me/data/confirm/<int:issue_id>/", quality.confirm, name="confirm_own"),
]
