"""The addresses of contributions and dues."""

from django.urls import path

from zhijia.dues import (
    donation_views,
    employer_views,
    member_views,
    open_views,
    outside_views,
    payout_views,
    reminder_views,
    views,
)

app_name = "dues"
urlpatterns = [
    path("dues/", views.here, name="here"),
    path("dues/bill/<int:number>/", views.bill, name="bill"),
    path("dues/file/<int:number>/", views.file, name="file"),
    path("dues/file/<int:number>/decide/", views.decide_file, name="decide_file"),
    path("dues/contribution/<int:number>/", views.contribution, name="contribution"),
    path("dues/run/<int:number>/", views.run, name="run"),
    path("dues/payout/<int:number>/", payout_views.payout, name="payout"),
    path("dues/payout/<int:number>/decide/", payout_views.decide, name="decide_payout"),
    path("dues/payout/line/<int:number>/applied/", payout_views.applied, name="applied"),
    path("dues/reminder/<int:number>/served/", reminder_views.served, name="served"),
    path("dues/reminder/<int:number>/evidence/", reminder_views.evidence, name="evidence"),
    path("dues/employer/", employer_views.employers, name="employers"),
    path("dues/employer/<int:employer_id>/", employer_views.employer, name="employer"),
    path(
        "dues/employer/<int:employer_id>/given-back/", employer_views.given_back, name="employer_given_back"
    ),
    path("dues/employer/<int:employer_id>/<int:month>/", employer_views.declare, name="employer_declare"),
    path("dues/employer/bill/<int:number>/", employer_views.bill, name="employer_bill"),
    path("dues/employer/bill/<int:number>/notice.pdf", employer_views.notice, name="employer_notice"),
    path("dues/donation/<int:number>/", donation_views.donation, name="donation"),
    path("dues/donation/<int:number>/receipt.pdf", donation_views.receipt, name="donation_receipt"),
    path("dues/<str:code>/", views.union, name="union"),
    path("dues/<str:code>/declare/<int:employer_id>/<int:month>/", views.declare, name="declare"),
    path("dues/<str:code>/files/", views.files, name="files"),
    path("dues/<str:code>/came-in/", views.came_in, name="came_in"),
    path("dues/<str:code>/share/", views.share, name="share"),
    path("dues/<str:code>/donations/", donation_views.union_donations, name="union_donations"),
    path("dues/<str:code>/donations/goods/", donation_views.goods, name="goods_given"),
    path("dues/<str:code>/outside/", outside_views.outside, name="outside"),
    path("dues/<str:code>/outside/remit/", outside_views.remit, name="remit"),
    path("dues/<str:code>/outside/remit-each/", outside_views.remit_each, name="remit_each"),
    path("dues/<str:code>/match/", views.match, name="match"),
    path("dues/<str:code>/members/", member_views.member_dues, name="members"),
    path("dues/<str:code>/reminders/<int:employer_id>/", reminder_views.reminders, name="reminders"),
    path("dues/<str:code>/payouts/", payout_views.payout_list, name="payouts"),
    path("dues/<str:code>/payouts/subsidy/", payout_views.subsidy, name="subsidy"),
    path("dues/<str:code>/payouts/refund/", payout_views.refund, name="refund"),
    path("donations/", open_views.donations, name="donations"),
    path("donations/<str:code>/", open_views.disclosed, name="disclosed"),
]
