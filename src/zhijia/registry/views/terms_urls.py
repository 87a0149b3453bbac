"""Addresses of terms of office and elections."""

from django.urls import path

from zhijia.registry.views import elections, terms

urlpatterns = [
    path("terms/", terms.here, name="terms_here"),
    path("terms/<int:term_id>/postpone/", terms.postpone, name="postpone"),
    path(
        "postponements/<uuid:postponement_id>/answer/", terms.decide_postponement, name="decide_postponement"
    ),
    path("elections/<uuid:election_id>/", elections.election, name="election"),
    path("elections/<uuid:election_id>/answer/", elections.decide, name="decide_election"),
    path("posts/<int:post_id>/end/", terms.end_post, name="end_post"),
    path("unions/<str:code>/posts/", terms.posts, name="posts"),
    path("unions/<str:code>/elections/<slug:body>/", elections.record, name="record_election"),
    path("unions/<str:code>/certificate/", terms.certificate, name="certificate"),
]
