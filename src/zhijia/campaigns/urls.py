"""The addresses of drives."""

app_name = "campaigns"
urlpatterns: list[object] = []
