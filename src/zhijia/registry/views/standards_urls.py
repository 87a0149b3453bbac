"""The addresses of the published standard."""

from django.urls import path

from zhijia.registry.views import standards

urlpatterns = [
    path("standards/", standards.overview, name="standards"),
    path("standards/elements/<slug:element>/", standards.element, name="standard_element"),
    path("standards/lists/<slug:listing>/", standards.code_list, name="standard_list"),
    path("standards/<str:version>/<str:name>", standards.file, name="standard_file"),
]
