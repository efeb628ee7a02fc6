"""The addresses of coming in and going out, and of one's own password and passkeys."""

from django.urls import URLPattern, path

from hansatsu.web.console.entrance import login, me, passkeys
from hansatsu.web.console.entrance.entering import SITE
from hansatsu.web.shared import passkey_pages, staff_steps

PATHS: list[URLPattern] = [
    path("login/", login.log_in, name="login"),
    *staff_steps.paths(SITE),
    path("logout/", login.log_out, name="logout"),
    path("password/", me.password, name="password_change"),
    *passkey_pages.paths("passkeys/", passkeys.of_clerks),
]
