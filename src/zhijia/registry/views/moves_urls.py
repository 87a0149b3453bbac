"""Addresses of employers' moves and of members who may have left."""

from django.urls import path

from zhijia.registry.views import batches, leaving

urlpatterns = [
    path("transfers/together/", batches.batch_list, name="batches"),
    path("transfers/together/propose/", batches.propose, name="propose_batch"),
    path("transfers/together/<uuid:batch_id>/", batches.batch, name="batch"),
    path("transfers/together/<uuid:batch_id>/answer/", batches.answer, name="answer_batch"),
    path("me/transfer/<int:leg_id>/stay/", batches.stay, name="stay_put"),
    path("leaving/", leaving.proposal_list, name="leavings"),
    path("leaving/<uuid:leaving_id>/", leaving.proposal, name="leaving"),
    path("leaving/<uuid:leaving_id>/decide/", leaving.decide, name="decide_leaving"),
    path("people/<uuid:person_id>/silent/", leaving.propose, name="propose_leaving"),
    path("me/leaving/<uuid:leaving_id>/stay/", leaving.stay, name="stay_member"),
]
