"""The addresses of what is done with codes and cards."""

from django.urls import URLPattern, path

from hansatsu.web.console.codes import importing as code_import
from hansatsu.web.console.codes import print_files
from hansatsu.web.console.codes import views as makings

PATHS: list[URLPattern] = [
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
