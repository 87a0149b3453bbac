"""The addresses of lists."""

from django.urls import path

from zhijia.registers.views import around, dues, lists, open, rows, searching, sheets, tiles, writing

app_name = "registers"
urlpatterns = [
    path("lists/", searching.index, name="lists"),
    path("lists/search/", searching.search, name="search"),
    path("lists/due/", dues.coming, name="due"),
    path("lists/near/", around.near, name="near"),
    path("map-tiles/<int:z>/<int:x>/<int:y>.png", tiles.tile, name="tile"),
    path("open-lists/", open.index, name="open_lists"),
    path("open-lists/near/", around.open_near, name="open_near"),
    path("open-lists/<str:code>/", open.rows, name="open_list"),
    path("open-lists/<str:code>/<uuid:row_id>/", open.row, name="open_row"),
    path("open-lists/<str:code>/<uuid:row_id>/<uuid:file_id>", open.file, name="open_file"),
    path("lists/<str:code>/", lists.table, name="table"),
    path("lists/<str:code>/search/", searching.search_list, name="search_list"),
    path("lists/<str:code>/view/", lists.save_view, name="save_view"),
    path("lists/<str:code>/batch/", lists.batch, name="batch"),
    path("lists/<str:code>/add/", writing.add, name="add"),
    path("lists/<str:code>/sheets/", sheets.overview, name="imports"),
    path("lists/<str:code>/sheets/template/", sheets.template, name="import_template"),
    path("lists/<str:code>/sheets/<int:number>/", sheets.detail, name="import"),
    path("lists/<str:code>/sheets/<int:number>/confirm/", sheets.confirm, name="import_confirm"),
    path("lists/<str:code>/sheets/<int:number>/undo/", sheets.undo, name="import_undo"),
    path("lists/<str:code>/sheets/<int:number>/again/", sheets.again, name="import_again"),
    path("lists/<str:code>/<uuid:row_id>/", rows.row, name="row"),
    path("lists/<str:code>/<uuid:row_id>/change/", writing.change, name="change"),
    path("lists/<str:code>/<uuid:row_id>/choose/", writing.choose, name="choose"),
    path("lists/<str:code>/<uuid:row_id>/move/", rows.move, name="move"),
    path("lists/<str:code>/<uuid:row_id>/keep/", rows.keep, name="keep"),
]
