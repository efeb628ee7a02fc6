"""The addresses of what is done with codes and cards."""

from django.urls import URLPattern, path

from hansatsu.flows.printouts.models import Making
from hansatsu.parties.cards.models import Card
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.programs.models import PurchaseCode
from hansatsu.web.console.codes import importing, print_files, views
from hansatsu.web.console.codes.cards import CardAdmin
from hansatsu.web.console.codes.lists import GiftCodeAdmin, MakingAdmin, PurchaseCodeAdmin
from hansatsu.web.console.frame.site import Lists

PATHS: list[URLPattern] = [
    path("makings/codes/", views.codes, name="code_make"),
    path("codes/import/", importing.import_file, name="code_import"),
    path("codes/template/", importing.template, name="code_template"),
    path("makings/gifts/", views.gifts, name="gift_make"),
    path("makings/cards/", views.cards, name="card_make"),
    path("makings/<int:making_id>/progress/", views.progress, name="making_progress"),
    path("makings/<int:making_id>/void/", views.void, name="making_void"),
    path("makings/<int:making_id>/stop/", views.stop, name="making_stop"),
    path("files/<int:file_id>/", print_files.one, name="print_file"),
    path("makings/<int:making_id>/files/", print_files.together, name="making_files"),
    path("codes/<int:code_id>/void/", views.code_void, name="code_void"),
    path("gifts/<int:code_id>/void/", views.gift_void, name="gift_void"),
]

LISTS: Lists = {
    Making: MakingAdmin,
    PurchaseCode: PurchaseCodeAdmin,
    GiftCode: GiftCodeAdmin,
    Card: CardAdmin,
}
