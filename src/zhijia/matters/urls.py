"""Requests: what can be asked for, one's own, and the officers' desk."""

from django.urls import path

from zhijia.matters.views import member

app_name = "matters"
urlpatterns = [
    path("requests/", member.mine, name="mine"),
    path("requests/new/<str:code>/", member.matter, name="matter"),
    path("requests/<uuid:case_id>/", member.case, name="case"),
    path("requests/<uuid:case_id>/form/", member.form, name="form"),
    path("requests/<uuid:case_id>/check/", member.check, name="check"),
    path("requests/<uuid:case_id>/files/<str:code>/", member.add_material, name="add_material"),
    path(
        "requests/<uuid:case_id>/files/<int:material_id>/remove/",
        member.remove_material,
        name="remove_material",
    ),
    path("requests/<uuid:case_id>/withdraw/", member.withdraw, name="withdraw"),
    path("requests/<uuid:case_id>/discard/", member.discard, name="discard"),
]
