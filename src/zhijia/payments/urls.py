"""The addresses of payments."""

app_name = "payments"
urlpatterns: list[object] = []
