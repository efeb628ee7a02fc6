"""The addresses of the issuer's own settings."""

from django.urls import URLPattern, path

from hansatsu.parties.identity.models import LegalKind
from hansatsu.web.console.settings import closing, legal_texts, logo, providers, views

PATHS: list[URLPattern] = [
    path("settings/", views.settings, name="settings"),
    path("settings/office/", views.office, name="settings_office"),
    path("settings/logo/", logo.logo, name="settings_logo"),
    path("settings/rules/", views.rules, name="settings_rules"),
    path("settings/closing/", closing.closing, name="settings_closing"),
    path("settings/closing/new/", closing.new, name="settings_closing_new"),
    path("settings/closing/<int:term_id>/", closing.change, name="settings_closing_change"),
    path(
        "settings/closing/<int:term_id>/remove/",
        closing.remove,
        name="settings_closing_remove",
    ),
    path("settings/provider/", providers.providers, name="settings_provider"),
    path("settings/provider/stop/", providers.stop, name="settings_provider_stop"),
    path("settings/provider/keys/", providers.keys, name="settings_provider_keys"),
    path("settings/terms/", views.terms, name="settings_terms"),
    *(
        path(
            f"settings/legal/{kind}/",
            legal_texts.legal_text,
            {"kind": kind},
            name=legal_texts.page_of(kind),
        )
        for kind in LegalKind
    ),
]
