"""The addresses of drives."""

from django.urls import path

from zhijia.campaigns.views import desk, filling, own, returns, roster

app_name = "campaigns"
OF = "work/unions/<str:code>/campaigns/"
urlpatterns = [
    path("me/drives/", own.mine, name="mine"),
    path("me/drives/<int:number>/why/", own.why, name="why"),
    path("me/enterprise/returns/", filling.own_returns, name="own_returns"),
    path("me/enterprise/returns/<int:number>/", filling.own_return, name="own_return"),
    path("work/campaigns/", desk.here, name="here"),
    path(OF, desk.drives, name="drives"),
    path(f"{OF}new/", desk.new, name="new"),
    path(f"{OF}to-do/", roster.to_do, name="to_do"),
    path(f"{OF}<int:number>/", desk.drive, name="drive"),
    path(f"{OF}<int:number>/targets/", desk.targets, name="targets"),
    path(f"{OF}<int:number>/roster/", roster.roster, name="roster"),
    path(f"{OF}<int:number>/returns/", returns.overview, name="returns"),
    path(f"{OF}<int:number>/report/", desk.report, name="report"),
    path(f"{OF}<int:number>/report.xlsx", desk.workbook, name="workbook"),
    path(f"{OF}<int:number>/<slug:act>/", desk.act, name="act"),
    path("work/roster/<int:number>/", roster.entry, name="entry"),
    path("work/roster/pieces/<int:number>/", roster.give, name="give"),
    path("work/roster/pieces/<int:number>/return/", filling.fill, name="fill"),
    path("work/roster/pieces/<int:number>/return/discard/", filling.throw_away, name="discard"),
]
