"""The addresses of what is done with what is on sale."""

from django.urls import URLPattern, path

from hansatsu.web.console.programs import products
from hansatsu.web.console.programs import views as programs

PATHS: list[URLPattern] = [
    path("emoneys/new/", programs.emoney_new, name="emoney_new"),
    path("emoneys/<int:emoney_id>/edit/", programs.emoney_edit, name="emoney_edit"),
    path("emoneys/<int:emoney_id>/accept/", programs.emoney_accept, name="emoney_accept"),
    path("sales/new/", programs.sale_new, name="sale_new"),
    path("sales/<int:sale_id>/edit/", programs.sale_edit, name="sale_edit"),
    path("products/new/", products.new, name="product_new"),
    path("products/<int:product_id>/edit/", products.edit, name="product_edit"),
    path("products/<int:product_id>/withdraw/", products.take_back, name="product_withdraw"),
]
