"""The addresses of what is done with what is on sale."""

from django.urls import URLPattern, path

from hansatsu.parties.programs.models import Emoney, Product, Sale
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.programs import products, views
from hansatsu.web.console.programs.lists import EmoneyAdmin, ProductAdmin, SaleAdmin

PATHS: list[URLPattern] = [
    path("emoneys/new/", views.emoney_new, name="emoney_new"),
    path("emoneys/<int:emoney_id>/edit/", views.emoney_edit, name="emoney_edit"),
    path("emoneys/<int:emoney_id>/accept/", views.emoney_accept, name="emoney_accept"),
    path("sales/new/", views.sale_new, name="sale_new"),
    path("sales/<int:sale_id>/edit/", views.sale_edit, name="sale_edit"),
    path("products/new/", products.new, name="product_new"),
    path("products/<int:product_id>/edit/", products.edit, name="product_edit"),
    path("products/<int:product_id>/withdraw/", products.take_back, name="product_withdraw"),
]

LISTS: Lists = {
    Emoney: EmoneyAdmin,
    Sale: SaleAdmin,
    Product: ProductAdmin,
}
