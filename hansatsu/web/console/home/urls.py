"""The address of the first page."""

from django.urls import URLPattern, path

from hansatsu.web.console.home import views

PATHS: list[URLPattern] = [path("", views.home, name="index")]
