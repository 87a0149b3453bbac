"""The addresses of assets and goods."""

from django.urls import path

from zhijia.assets.views import cards, goods, returns

app_name = "assets"
urlpatterns = [
    path("assets/", cards.here, name="here"),
    path("assets/cards/<int:number>/", cards.card, name="card"),
    path("assets/cards/<int:number>/change/", cards.change, name="change"),
    path("assets/cards/<int:number>/let/", cards.let, name="let"),
    path("assets/cards/<int:number>/income/", cards.income, name="income"),
    path("assets/cards/<int:number>/carry-out/", cards.carry_out, name="carry_out"),
    path("assets/leases/<int:number>/rent/<int:month>/", cards.rent, name="rent"),
    path("assets/leases/<int:number>/end/", cards.end_lease, name="end_lease"),
    path("assets/goods/<int:number>/", goods.lot, name="lot"),
    path("assets/goods/<int:number>/issue/", goods.issue, name="issue"),
    path("assets/issues/<int:number>/sign/", goods.sign, name="sign"),
    path("assets/issues/<int:number>/take-back/", returns.take_back, name="take_back"),
    path("assets/<str:code>/", cards.card_list, name="cards"),
    path("assets/<str:code>/new/", cards.new_card, name="new"),
    path("assets/<str:code>/write-down/", cards.write_down, name="write_down"),
    path("assets/<str:code>/count/", cards.count, name="count"),
    path("assets/<str:code>/goods/", goods.lot_list, name="lots"),
    path("assets/<str:code>/goods/new/", goods.new_lot, name="new_lot"),
]
