"""The addresses of what is done with orders, waiting money and transfers."""

from django.urls import URLPattern, path

from hansatsu.web.console.money import transfer_views as transfers
from hansatsu.web.console.money import views as money

PATHS: list[URLPattern] = [
    path("orders/<int:order_id>/take-back/", money.take_back, name="order_take_back"),
    path("tasks/<int:task_id>/give-back/", money.give_back, name="task_give_back"),
    path("tasks/<int:task_id>/account/", money.ask_account, name="task_ask_account"),
    path("tasks/<int:task_id>/charge/", money.charge, name="task_charge"),
    path("tasks/<int:task_id>/note/", money.note, name="task_note"),
    path("transfers/<int:transfer_id>/account/", transfers.account, name="transfer_account"),
    path("transfers/<int:transfer_id>/paid/", transfers.paid, name="transfer_paid"),
]
