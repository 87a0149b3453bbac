"""The page of the design's parts; public, and without the data of any person."""

from django.urls import path

from zhijia.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("member/", views.member, name="member"),
    path("plain/", views.plain, name="plain"),
    path("branch/<slug:code>/", views.branch, name="branch"),
    path("code/", views.code, name="code"),
    path("clear/", views.clear, name="clear"),
    path("panel/", views.panel, name="panel"),
    path("errors/<int:status>/", views.error, name="error"),
]
