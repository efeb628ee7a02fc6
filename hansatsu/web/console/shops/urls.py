"""The addresses of what is done with shops."""

from django.urls import URLPattern, path

from hansatsu.web.console.shops import batch_views as shop_batches
from hansatsu.web.console.shops import groups
from hansatsu.web.console.shops import importing as many_shops
from hansatsu.web.console.shops import letters as shop_letters
from hansatsu.web.console.shops import staff as shop_staff
from hansatsu.web.console.shops import views as shops

PATHS: list[URLPattern] = [
    path("shops/new/", shops.new, name="shop_new"),
    path("shops/import/", many_shops.import_file, name="shop_import"),
    path("shops/import/template.xlsx", many_shops.template, name="shop_template"),
    path("shops/import/shops.xlsx", many_shops.export, name="shop_export"),
    path("shops/batches/<int:batch_id>/apply/", shop_batches.apply, name="shop_batch_apply"),
    path("shops/batches/<int:batch_id>/undo/", shop_batches.undo, name="shop_batch_undo"),
    path("shops/posters/", many_shops.poster_files, name="shop_posters"),
    path("shops/letters/", shop_letters.letters, name="shop_letters"),
    path("shops/<int:shop_id>/letter/", shop_letters.letter, name="shop_letter"),
    path("shops/<int:shop_id>/staff/", shop_staff.people, name="shop_staff"),
    path("shops/<int:shop_id>/staff/new/", shop_staff.new, name="shop_staff_new"),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/password/",
        shop_staff.password,
        name="shop_staff_password",
    ),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/second-factor/",
        shop_staff.second_factor,
        name="shop_staff_second_factor",
    ),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/stop/",
        shop_staff.stop,
        name="shop_staff_stop",
    ),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/start/",
        shop_staff.start,
        name="shop_staff_start",
    ),
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
