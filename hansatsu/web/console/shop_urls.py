"""The addresses of what is done with shops."""

from django.urls import URLPattern, path

from hansatsu.web.console.views import groups, many_shops, shops

PATHS: list[URLPattern] = [
    path("shops/new/", shops.new, name="shop_new"),
    path("shops/import/", many_shops.import_file, name="shop_import"),
    path("shops/import/template.xlsx", many_shops.template, name="shop_template"),
    path("shops/posters/", many_shops.poster_files, name="shop_posters"),
    path("shops/<int:shop_id>/edit/", shops.edit, name="shop_edit"),
    path("shops/<int:shop_id>/takes/", shops.takes, name="shop_takes"),
    path("shops/<int:shop_id>/account/", shops.account, name="shop_account"),
    path("shops/<int:shop_id>/poster/", many_shops.poster_file, name="shop_poster"),
    path("shops/<int:shop_id>/stop/", shops.stop, name="shop_stop"),
    path("shops/<int:shop_id>/start/", shops.start, name="shop_start"),
    path("areas/new/", groups.new, {"kind": "area"}, name="area_new"),
    path("areas/<int:group_id>/edit/", groups.edit, {"kind": "area"}, name="area_edit"),
    path("categories/new/", groups.new, {"kind": "category"}, name="category_new"),
    path(
        "categories/<int:group_id>/edit/",
        groups.edit,
        {"kind": "category"},
        name="category_edit",
    ),
]
