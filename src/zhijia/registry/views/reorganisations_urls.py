"""The addresses of reorganisations."""

from django.urls import path

from zhijia.registry.views import reorganisations

urlpatterns = [
    path("reorganisations/", reorganisations.listing, name="reorganisations"),
    path("reorganisations/<uuid:reorganisation_id>/", reorganisations.detail, name="reorganisation"),
    path("reorganisations/<uuid:reorganisation_id>/undo/", reorganisations.undo, name="undo_reorganisation"),
    path("unions/<str:code>/reorganise/", reorganisations.choose, name="reorganise"),
    path("unions/<str:code>/reorganise/<slug:kind>/", reorganisations.prepare, name="prepare_reorganisation"),
]
