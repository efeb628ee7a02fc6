"""The demo's own pages; included by the demo's URLconf only."""

from django.urls import path

from hansatsu.web.demo.gallery import gallery
from hansatsu.web.demo.landing import landing

app_name = "demo_pages"

urlpatterns = [
    path("", landing, name="landing"),
    path("gallery/", gallery, name="gallery"),
]
