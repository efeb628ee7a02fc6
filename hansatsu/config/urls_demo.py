"""The demo's pages: landing page, inbox and gallery, and everything else there is."""

from django.urls import URLPattern, URLResolver, include, path

from hansatsu.config.urls import urlpatterns as everywhere

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hansatsu.demo.urls")),
    *everywhere,
]

handler404 = "hansatsu.web.missing.missing"
