"""The addresses of polls, ratings and quizzes."""

from django.urls import path

from zhijia.questionnaires.views import answering, counted, desk, quizzes, ratings, slips

app_name = "questionnaires"
urlpatterns = [
    path("polls/", answering.mine, name="mine"),
    path("polls/<int:number>/", answering.poll, name="poll"),
    path("polls/<int:number>/vote/", answering.vote, name="vote"),
    path("polls/<int:number>/answer/<int:page>/", answering.answer, name="answer"),
    path("polls/<int:number>/slip/", slips.slip, name="slip"),
    path("polls/<int:number>/result/", counted.result, name="result"),
    path("polls/<int:number>/ballots.csv", counted.ballots, name="ballots"),
    path("polls/<int:number>/result.json", counted.data, name="data"),
    path("polls/<int:number>/receipt/", counted.receipt, name="receipt"),
    path("quizzes/<int:number>/", quizzes.quiz, name="quiz"),
    path("quizzes/tries/<int:number>/", quizzes.attempt, name="attempt"),
    path("quizzes/tries/<int:number>/publish/", quizzes.publish, name="publish"),
    path("ratings/<uuid:rating_id>/", ratings.rate, name="rate"),
    path("work/polls/", desk.here, name="here"),
    path("work/unions/<str:code>/polls/", desk.polls, name="polls"),
    path("work/unions/<str:code>/polls/new/", desk.new, name="new"),
    path("work/polls/<int:number>/", desk.desk, name="desk"),
    path("work/polls/<int:number>/slips/", desk.print_slips, name="slips"),
    path("work/polls/<int:number>/<slug:act>/", desk.act, name="act"),
    path("work/ratings/<str:code>/", ratings.low, name="low_ratings"),
    path("work/ratings/<uuid:rating_id>/follow/", ratings.follow, name="follow_rating"),
]
