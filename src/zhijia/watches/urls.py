"""Clues: what to look after, by the day it is due."""

from django.urls import path

from zhijia.watches import views

app_name = "watches"
urlpatterns = [
    path("desk/clues/", views.clue_list, name="clues"),
    path("desk/clues/<uuid:clue_id>/", views.clue_page, name="clue"),
    path("desk/clues/<uuid:clue_id>/answer/", views.answer, name="answer"),
]
