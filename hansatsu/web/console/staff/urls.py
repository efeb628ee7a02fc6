"""The addresses and lists of staff and of the record."""

from django.urls import URLPattern, path

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.staff import views
from hansatsu.web.console.staff.audit import AuditAdmin
from hansatsu.web.console.staff.lists import StaffAdmin

PATHS: list[URLPattern] = [
    path("staff/new/", views.new, name="staff_new"),
    path("staff/<int:staff_id>/role/", views.role, name="staff_role"),
    path("staff/<int:staff_id>/stop/", views.stop, name="staff_stop"),
    path("staff/<int:staff_id>/start/", views.start, name="staff_start"),
    path("staff/<int:staff_id>/password/", views.password, name="staff_password"),
    path(
        "staff/<int:staff_id>/second-factor/",
        views.second_factor,
        name="staff_second_factor",
    ),
]

LISTS: Lists = {
    Staff: StaffAdmin,
    AuditEntry: AuditAdmin,
}
