"""The addresses of appraisals and rounds."""

from django.urls import path

from zhijia.appraisals.round_urls import urlpatterns as rounds
from zhijia.appraisals.views import deeds, entries, marking, own, runs

app_name = "appraisals"
urlpatterns = [
    *rounds,
    path("appraisals/results/", runs.public, name="public"),
    path("appraisals/own/", own.own, name="own"),
    path("appraisals/own/enter/<int:number>/", own.enter, name="enter"),
    path("appraisals/entries/<uuid:entry_id>/", entries.entry, name="entry"),
    path("appraisals/entries/<uuid:entry_id>/figures/<str:code>/", entries.figure, name="figure"),
    path("appraisals/entries/<uuid:entry_id>/<slug:act>/", deeds.act, name="entry_act"),
    path("appraisals/marks/<uuid:entry_id>/<str:part>/", marking.marks, name="marks"),
    path("appraisals/marks/<uuid:entry_id>/<str:part>/hand-in/", marking.hand_in, name="hand_in"),
    path("appraisals/marks/<uuid:entry_id>/<str:part>/step-aside/", marking.step_aside, name="step_aside"),
    path("appraisals/marks/<uuid:entry_id>/<str:part>/items/<str:code>/", marking.item, name="mark_item"),
    path(
        "appraisals/marks/<uuid:entry_id>/<str:part>/proofs/<uuid:proof_id>/",
        marking.take_away,
        name="take_away",
    ),
    path("work/appraisals/", runs.here, name="here"),
    path("work/appraisals/<int:number>/", runs.run, name="run"),
    path("work/appraisals/<int:number>/<slug:act>/", runs.run_act, name="run_act"),
    path("work/unions/<str:code>/appraisals/", runs.runs, name="runs"),
    path("work/unions/<str:code>/appraisals/new/", runs.new, name="new"),
]
