from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Asking many the same: surveys, quizzes, secret ballots, public votes, ratings."""

    name = "zhijia.questionnaires"
    label = "questionnaires"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce what this room offers."""
        from zhijia.kernel import checks
        from zhijia.questionnaires import verify

        checks.announce("questionnaires.ballots", verify.counted_ballots_are_the_result)
        checks.announce("questionnaires.quizzes", verify.tries_have_the_points_of_their_answers)
