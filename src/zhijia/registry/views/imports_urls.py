"""The addresses of roster imports."""

from django.urls import path

from zhijia.registry.views import imports

import_patterns = [
    path("unions/<str:code>/imports/", imports.overview, name="imports"),
    path("unions/<str:code>/imports/template/", imports.template, name="import_template"),
    path("imports/<int:import_id>/", imports.detail, name="import"),
    path("imports/<int:import_id>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<int:import_id>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:import_id>/again/", imports.again, name="import_again"),
]
urlpatterns = import_patterns
