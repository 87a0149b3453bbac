"""The addresses of the audit committees' work."""

from django.urls import path

from zhijia.auditing.views import audit, desk, fieldwork

app_name = "auditing"
urlpatterns = [
    path("audits/", desk.here, name="here"),
    path("audits/own/", desk.own, name="own"),
    path("audits/plan/<str:code>/", desk.plan, name="plan"),
    path("audits/new/<str:code>/", desk.new, name="new"),
    path("audits/<uuid:audit_id>/", audit.audit, name="audit"),
    path("audits/<uuid:audit_id>/step/", audit.step, name="step"),
    path("audits/<uuid:audit_id>/team/", audit.team, name="team"),
    path("audits/<uuid:audit_id>/draw/", audit.draw, name="draw"),
    path("audits/<uuid:audit_id>/comment/", audit.comment, name="comment"),
    path("audits/<uuid:audit_id>/report/", audit.report, name="report"),
    path("audits/<uuid:audit_id>/findings/new/", fieldwork.new_finding, name="new_finding"),
    path("audits/samples/<uuid:sample_id>/", fieldwork.sample, name="sample"),
    path("audits/items/<int:number>/", fieldwork.item, name="item"),
    path("audits/findings/<int:number>/", fieldwork.finding_page, name="finding"),
    path("audits/findings/<int:number>/prove/", fieldwork.prove, name="prove"),
    path("audits/findings/<int:number>/decide/", fieldwork.decide, name="decide"),
]
