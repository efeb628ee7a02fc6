"""The addresses of what is done with shops."""

from django.urls import URLPattern, path

from hansatsu.parties.shops.models import AccountVersion, Area, Batch, Category, Shop
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.shops import (
    account_views,
    batch_views,
    groups,
    importing,
    letters,
    staff,
    views,
)
from hansatsu.web.console.shops.accounts import AccountVersionAdmin
from hansatsu.web.console.shops.batches import BatchAdmin
from hansatsu.web.console.shops.lists import AreaAdmin, CategoryAdmin, ShopAdmin

PATHS: list[URLPattern] = [
    path("shops/new/", views.new, name="shop_new"),
    path("shops/import/", importing.import_file, name="shop_import"),
    path("shops/import/template.xlsx", importing.template, name="shop_template"),
    path("shops/import/shops.xlsx", importing.export, name="shop_export"),
    path("shops/batches/<int:batch_id>/apply/", batch_views.apply, name="shop_batch_apply"),
    path("shops/batches/<int:batch_id>/undo/", batch_views.undo, name="shop_batch_undo"),
    path("shops/posters/", importing.poster_files, name="shop_posters"),
    path("shops/letters/", letters.letters, name="shop_letters"),
    path("shops/<int:shop_id>/letter/", letters.letter, name="shop_letter"),
    path("shops/<int:shop_id>/staff/", staff.people, name="shop_staff"),
    path("shops/<int:shop_id>/staff/new/", staff.new, name="shop_staff_new"),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/password/",
        staff.password,
        name="shop_staff_password",
    ),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/second-factor/",
        staff.second_factor,
        name="shop_staff_second_factor",
    ),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/stop/",
        staff.stop,
        name="shop_staff_stop",
    ),
    path(
        "shops/<int:shop_id>/staff/<int:staff_id>/start/",
        staff.start,
        name="shop_staff_start",
    ),
    path("shops/<int:shop_id>/edit/", views.edit, name="shop_edit"),
    path("shops/<int:shop_id>/takes/", views.takes, name="shop_takes"),
    path("shops/<int:shop_id>/account/", account_views.account, name="shop_account"),
    path("accounts/<int:version_id>/approve/", account_views.approve, name="account_approve"),
    path("accounts/<int:version_id>/decline/", account_views.decline, name="account_decline"),
    path(
        "shops/batches/<int:batch_id>/accounts/",
        account_views.approve_together,
        name="shop_batch_accounts",
    ),
    path("shops/<int:shop_id>/poster/", importing.poster_file, name="shop_poster"),
    path("shops/<int:shop_id>/stop/", views.stop, name="shop_stop"),
    path("shops/<int:shop_id>/start/", views.start, name="shop_start"),
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

LISTS: Lists = {
    Shop: ShopAdmin,
    AccountVersion: AccountVersionAdmin,
    Batch: BatchAdmin,
    Area: AreaAdmin,
    Category: CategoryAdmin,
}
