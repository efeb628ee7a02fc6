"""The addresses of what is done with what is on sale, and with codes and cards."""

from django.urls import URLPattern, path

from hansatsu.web.console.views import code_import, makings, print_files, products, programs

PATHS: list[URLPattern] = [
    path("emoneys/new/", programs.emoney_new, name="emoney_new"),
    path("emoneys/<int:emoney_id>/edit/", programs.emoney_edit, name="emoney_edit"),
    path("emoneys/<int:emoney_id>/accept/", programs.emoney_accept, name="emoney_accept"),
    path("sales/new/", programs.sale_new, name="sale_new"),
    path("sales/<int:sale_id>/edit/", programs.sale_edit, name="sale_edit"),
    path("products/new/", products.new, name="product_new"),
    path("products/<int:product_id>/edit/", products.edit, name="product_edit"),
    path("products/<int:product_id>/withdraw/", products.take_back, name="product_withdraw"),
    path("makings/codes/", makings.codes, name="code_make"),
    path("codes/import/", code_import.import_file, name="code_import"),
    path("codes/template/", code_import.template, name="code_template"),
    path("makings/gifts/", makings.gifts, name="gift_make"),
    path("makings/cards/", makings.cards, name="card_make"),
    path("makings/<int:making_id>/progress/", makings.progress, name="making_progress"),
    path("makings/<int:making_id>/void/", makings.void, name="making_void"),
    path("makings/<int:making_id>/stop/", makings.stop, name="making_stop"),
    path("files/<int:file_id>/", print_files.one, name="print_file"),
    path("makings/<int:making_id>/files/", print_files.together, name="making_files"),
    path("codes/<int:code_id>/void/", makings.code_void, name="code_void"),
    path("gifts/<int:code_id>/void/", makings.gift_void, name="gift_void"),
]
