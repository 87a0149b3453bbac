from django.apps import AppConfig

from zhijia.kernel import benches


class WebConfig(AppConfig):
    name = "zhijia.web"
    label = "web"

    def ready(self) -> None:
        from zhijia.web.bench import ballot, pages, register

        benches.announce("ballot", ballot.run)
        benches.announce("pages", pages.run)
        benches.announce("registry-read", register.run)
