"""Mounted at /files/."""

from django.urls import path

from zhijia.files import views

app_name = "files"
urlpatterns = [path("<uuid:file_id>", views.stored_file, name="stored_file")]
