"""The addresses of pairs and merges."""

from django.urls import path

from zhijia.registry.views import identities

urlpatterns = [
    path("identities/", identities.pair_list, name="pairs"),
    path("identities/merges/", identities.merge_list, name="merges"),
    path("identities/merges/<uuid:merge_id>/", identities.merge, name="merge"),
    path("identities/merges/<uuid:merge_id>/undo/", identities.undo_merge, name="undo_merge"),
    path("identities/<uuid:pair_id>/", identities.pair, name="pair"),
    path("identities/<uuid:pair_id>/answer/", identities.decide_pair, name="decide_pair"),
    path("me/merges/<uuid:merge_id>/object/", identities.object_to_merge, name="object_to_merge"),
]
