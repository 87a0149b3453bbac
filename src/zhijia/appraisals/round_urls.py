"""The addresses of rounds."""

from django.urls import path

from zhijia.appraisals.views.rounds import batch, desk, entries, held, judging, mine, open

urlpatterns = [
    path("rounds/", mine.mine, name="my_rounds"),
    path("rounds/<int:number>/", mine.call, name="call"),
    path("rounds/entries/<uuid:entry_id>/", mine.entry, name="nomination"),
    path("rounds/entries/<uuid:entry_id>/certificate.pdf", mine.certificate, name="nomination_certificate"),
    path("rounds/entries/<uuid:entry_id>/<slug:act>/", mine.act, name="nomination_act"),
    path("rounds/notices/", open.notices, name="round_notices"),
    path("rounds/notices/<int:number>/", open.notice, name="round_notice"),
    path("rounds/certificates/<str:token>/", open.verify, name="verify_certificate"),
    path("rounds/judging/<int:number>/", judging.entries, name="judging"),
    path("rounds/judging/<int:number>/<uuid:entry_id>/", judging.score, name="judge_entry"),
    path("work/rounds/", desk.here, name="rounds_here"),
    path("work/unions/<str:code>/rounds/", desk.rounds, name="rounds"),
    path("work/unions/<str:code>/rounds/new/", desk.new, name="new_round"),
    path("work/unions/<str:code>/rounds/<int:number>/nominate/", desk.nominate, name="nominate"),
    path("work/rounds/<int:number>/", held.one, name="round"),
    path("work/rounds/<int:number>/batch/", batch.batch, name="batch"),
    path("work/rounds/<int:number>/<slug:act>/", held.act, name="round_act"),
    path("work/rounds/entries/<uuid:entry_id>/", entries.entry, name="round_entry"),
    path(
        "work/rounds/entries/<uuid:entry_id>/certificate.pdf", entries.certificate, name="round_certificate"
    ),
    path("work/rounds/entries/<uuid:entry_id>/<slug:act>/", entries.act, name="round_entry_act"),
]
