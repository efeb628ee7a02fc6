"""The addresses of the issuer's own settings."""

from django.urls import URLPattern, path

from hansatsu.parties.identity.models import LegalKind
from hansatsu.web.console.settings import (
    closing,
    fee_classes,
    legal_texts,
    logo,
    providers,
    settlement,
    views,
)

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
    path("settings/settlement/", settlement.page, name="settlement_rules"),
    path("settings/settlement/account/", settlement.account, name="settlement_rules_account"),
    path("settings/settlement/days/", settlement.days, name="settlement_rules_days"),
    path("settings/settlement/file/", settlement.file, name="settlement_rules_file"),
    path(
        "settings/settlement/transfer-fees/",
        settlement.transfer_fees,
        name="settlement_rules_transfer_fees",
    ),
    path("settings/settlement/on-demand/", settlement.on_demand, name="settlement_rules_on_demand"),
    path("settings/fee-classes/", fee_classes.classes, name="fee_classes"),
    path("settings/fee-classes/new/", fee_classes.new, name="fee_class_new"),
    path("settings/fee-classes/move/", fee_classes.move, name="fee_class_move"),
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
