from django.apps import AppConfig

from zhijia.kernel import benches


class WebConfig(AppConfig):
    name = "zhijia.web"
    label = "web"

    def ready(self) -> None:
        from zhijia.web.bench import pages

        benches.announce("pages", pages.run)
