"""The addresses of what is done with orders, waiting money and transfers."""

from django.urls import URLPattern, path

from hansatsu.flows.charging.models import Order, Task, Transfer
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.money import transfer_views, views
from hansatsu.web.console.money.orders import OrderAdmin
from hansatsu.web.console.money.tasks import TaskAdmin
from hansatsu.web.console.money.transfers import TransferAdmin

PATHS: list[URLPattern] = [
    path("orders/<int:order_id>/take-back/", views.take_back, name="order_take_back"),
    path("tasks/<int:task_id>/give-back/", views.give_back, name="task_give_back"),
    path("tasks/<int:task_id>/account/", views.ask_account, name="task_ask_account"),
    path("tasks/<int:task_id>/charge/", views.charge, name="task_charge"),
    path("tasks/<int:task_id>/note/", views.note, name="task_note"),
    path("transfers/<int:transfer_id>/account/", transfer_views.account, name="transfer_account"),
]

LISTS: Lists = {
    Order: OrderAdmin,
    Task: TaskAdmin,
    Transfer: TransferAdmin,
}
