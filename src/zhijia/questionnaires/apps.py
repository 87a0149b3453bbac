from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Asking many the same: surveys, quizzes, secret ballots, public votes, ratings."""

    name = "zhijia.questionnaires"
    label = "questionnaires"
    default_auto_field = "django.db.models.BigAutoField"
