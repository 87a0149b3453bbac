"""Requests: what can be asked for, one's own, and the officers' desk."""

from django.urls import path

from zhijia.matters.views import (
    batch,
    desk,
    member,
    notices,
    papers,
    qualifying,
    serving,
    staff,
    union,
    writing,
)

app_name = "matters"
urlpatterns = [
    path("requests/", member.mine, name="mine"),
    path("requests/for-me/", qualifying.mine, name="qualifying"),
    path("requests/new/<str:code>/", member.matter, name="matter"),
    path("requests/<uuid:case_id>/", member.case, name="case"),
    path("requests/<uuid:case_id>/form/", writing.form, name="form"),
    path("requests/<uuid:case_id>/check/", writing.check, name="check"),
    path("requests/<uuid:case_id>/files/<str:code>/", writing.add_material, name="add_material"),
    path(
        "requests/<uuid:case_id>/files/<int:material_id>/remove/",
        writing.remove_material,
        name="remove_material",
    ),
    path("requests/<uuid:case_id>/withdraw/", member.withdraw, name="withdraw"),
    path("requests/<uuid:case_id>/object/", member.appeal, name="appeal"),
    path("requests/<uuid:case_id>/discard/", writing.discard, name="discard"),
    path("requests/<uuid:case_id>/mine/", member.take_over, name="take_over"),
    path("requests/<uuid:case_id>/again/", desk.again, name="again"),
    path("requests/<uuid:case_id>/open/", member.open_up, name="open_up"),
    path("requests/<uuid:case_id>/paper/", desk.paper, name="paper"),
    path("r/<uuid:case_id>/", desk.go, name="go"),
    path("public-notices/", notices.hanging, name="notices"),
    path("public-notices/<uuid:notice_id>/object/", notices.object_to, name="object_to"),
    path("papers/<uuid:paper_id>/", papers.issued, name="issued"),
    path("reply/<str:token>/", serving.reply, name="reply"),
    path("desk/requests/<uuid:case_id>/serve/", serving.serve, name="serve"),
    path("desk/requests/", staff.inbox, name="inbox"),
    path("desk/requests/agree/", batch.agree, name="batch"),
    path("desk/requests/union/", union.ask, name="for_union"),
    path("desk/requests/new/", desk.desk, name="desk"),
    path("desk/requests/new/<uuid:person_id>/", desk.begin, name="begin"),
    path("desk/requests/<uuid:case_id>/", staff.file, name="file"),
    path("desk/requests/<uuid:case_id>/decide/", staff.decide, name="decide"),
    path("desk/requests/<uuid:case_id>/dossier/", staff.link, name="link"),
    path("desk/requests/<uuid:case_id>/answers/<uuid:answer_id>/", staff.reveal, name="reveal"),
]
