"""The demo's own pages."""

from django.urls import URLPattern, URLResolver, include, path

from hansatsu.demo import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox.json", views.inbox_json, name="inbox_json"),
    path("inbox/<str:key>/", views.mail, name="inbox_mail"),
    path("inbox/<str:key>/html/", views.mail_html, name="inbox_mail_html"),
    path("", include("hansatsu.web.demo.urls")),
]
