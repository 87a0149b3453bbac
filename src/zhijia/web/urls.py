"""Every address of Zhijia. Rooms bring their own; the homes, the shell, health and the API are here."""

from django.urls import URLPattern, URLResolver, include, path

from zhijia.web import health
from zhijia.web.api import api
from zhijia.web.views import homes, shell

web = [
    path("", shell.welcome, name="welcome"),
    path("preferences/", shell.preferences, name="preferences"),
    path("scope/", shell.choose_scope, name="scope"),
    path("jobs/", shell.jobs, name="jobs"),
    path("services/", shell.services, name="services"),
    path("home/", homes.member, name="home_member"),
    path("home/union/", homes.grassroots, name="home_grassroots"),
    path("home/inbox/", homes.reviewer, name="home_reviewer"),
    path("home/province/", homes.province, name="home_province"),
    path("home/audit/", homes.auditor, name="home_auditor"),
    path("home/hotline/", homes.hotline, name="home_hotline"),
    path("health/page/", health.page, name="health_page"),
]

handler400 = "zhijia.web.faults.unreadable"
handler500 = "zhijia.web.faults.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((web, "web"))),
    path("account/", include("zhijia.accounts.urls")),
    path("files/", include("zhijia.files.urls")),
    path("messages/", include("zhijia.notices.urls")),
    path("administration/", include("zhijia.administration.urls")),
    path("", include("zhijia.matters.urls")),
    path("", include("zhijia.registers.urls")),
    path("", include("zhijia.watches.urls")),
    path("", include("zhijia.appraisals.urls")),
    path("", include("zhijia.campaigns.urls")),
    path("", include("zhijia.auditing.urls")),
    path("", include("zhijia.questionnaires.urls")),
    path("", include("zhijia.payments.urls")),
    path("", include("zhijia.assets.urls")),
    path("", include("zhijia.ledger.urls")),
    path("", include("zhijia.dues.urls")),
    path("api/", api.urls),
    path("ui/", include("zhijia.ui.urls")),
    path("", include("zhijia.registry.urls")),
]
