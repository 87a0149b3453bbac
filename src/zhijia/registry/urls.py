"""The registry's addresses. None carries a name or a number of a person."""

from django.urls import include, path

from zhijia.registry.views import assurance, cards, finding, members, people, retaining, unions

app_name = "registry"
urlpatterns = [
    path("unions/", unions.tree, name="unions"),
    path("unions/<str:code>/", unions.detail, name="union"),
    path("unions/<str:code>/branch/", unions.branch, name="branch"),
    path("unions/<str:code>/found/", unions.found, name="found"),
    path("unions/<str:code>/cover/", unions.cover, name="cover"),
    path("unions/<str:code>/poster/", unions.poster, name="poster"),
    path("unions/<str:code>/members/", members.table, name="members"),
    path("unions/<str:code>/members/search/", members.search, name="members_search"),
    path("unions/<str:code>/members/save-view/", members.save_view, name="members_save_view"),
    path("unions/<str:code>/members/ask/", members.ask_to_check, name="members_ask"),
    path("members/", unions.members_here, name="members_here"),
    path("find/", finding.find, name="find"),
    path("people/<uuid:person_id>/", people.detail, name="person"),
    path("people/<uuid:person_id>/show/<slug:field>/", people.reveal, name="reveal"),
    path("people/<uuid:person_id>/end/", people.end, name="end_membership"),
    path("people/<uuid:person_id>/document/", assurance.check_by_hand, name="check_by_hand"),
    path("people/<uuid:person_id>/retain/", retaining.retain, name="retain"),
    path("people/<uuid:person_id>/active/", retaining.make_active, name="make_active"),
    path("retired/", retaining.reached, name="retired"),
    path("cards/check/", cards.check, name="card_check"),
    path("imports/", unions.imports_here, name="imports_here"),
    path("", include("zhijia.registry.views.reorganisations_urls")),
    path("", include("zhijia.registry.views.terms_urls")),
    path("", include("zhijia.registry.views.quality_urls")),
    path("", include("zhijia.registry.views.exports_urls")),
    path("", include("zhijia.registry.views.standards_urls")),
    path("", include("zhijia.registry.views.identities_urls")),
    path("", include("zhijia.registry.views.imports_urls")),
    path("", include("zhijia.registry.views.moves_urls")),
    path("", include("zhijia.registry.views.member_urls")),
]
