"""The menu at the side: what this clerk may open, and no entry without a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from hansatsu.web.console.frame.access import clerk_of, console_url
from hansatsu.web.shared.language import PARAMETER


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of entries, for the theme."""
    clerk = clerk_of(request)
    groups = [
        ("", [("index", _("ホーム"), "home")]),
        (
            _("お問い合わせ"),
            [
                ("support_find", _("利用者・決済をさがす"), "support_agent"),
                ("support_correction_changelist", pgettext("many", "残高の訂正"), "rule"),
                ("support_expirymove_changelist", pgettext("many", "有効期限の変更"), "event"),
                ("notifications_mail_changelist", pgettext("many", "メール"), "mail"),
            ],
        ),
        (
            _("商品とコード"),
            [
                ("programs_emoney_changelist", pgettext("many", "電子マネー"), "toll"),
                ("programs_sale_changelist", pgettext("many", "販売"), "sell"),
                ("programs_product_changelist", pgettext("many", "商品"), "redeem"),
                (
                    "printouts_making_changelist",
                    pgettext("many", "コードとカードの作成"),
                    "qr_code_2_add",
                ),
                (
                    "programs_purchasecode_changelist",
                    pgettext("many", "購入コード"),
                    "confirmation_number",
                ),
                ("gifts_giftcode_changelist", pgettext("many", "ギフトコード"), "card_giftcard"),
                ("cards_card_changelist", pgettext("many", "カード"), "credit_card"),
            ],
        ),
        (
            _("加盟店"),
            [
                ("shops_shop_changelist", pgettext("many", "加盟店"), "storefront"),
                (
                    "shops_accountversion_changelist",
                    pgettext("many", "振込先の口座"),
                    "account_balance_wallet",
                ),
                ("shops_batch_changelist", pgettext("many", "一括変更"), "checklist"),
                ("shops_area_changelist", pgettext("many", "地区"), "map"),
                ("shops_category_changelist", pgettext("many", "業種"), "category"),
            ],
        ),
        (
            _("精算"),
            [
                ("settlement", _("精算のホーム"), "payments"),
                ("settlement_closing_changelist", pgettext("many", "締め"), "event_available"),
                ("settlement_statement_changelist", pgettext("many", "精算書"), "description"),
                (
                    "settlement_payoutrun_changelist",
                    pgettext("many", "店舗への振込"),
                    "account_balance",
                ),
                ("settlement_adjustment_changelist", pgettext("many", "精算の調整"), "tune"),
                ("settlement_hold_changelist", pgettext("many", "支払保留"), "front_hand"),
                ("debts", _("未収"), "money_off"),
                (
                    "settlement_payoutrequest_changelist",
                    pgettext("many", "随時払いの申請"),
                    "pending_actions",
                ),
                ("dry_run", _("もし今日締めたら"), "calculate"),
                ("reconciliations", pgettext("many", "資金照合"), "balance"),
                (
                    "settlement_bankline_changelist",
                    pgettext("many", "口座の明細"),
                    "account_balance_wallet",
                ),
            ],
        ),
        (
            _("購入"),
            [
                ("charging_order_changelist", pgettext("many", "注文"), "receipt_long"),
                ("charging_task_changelist", pgettext("many", "対応"), "assignment_late"),
                ("charging_transfer_changelist", pgettext("many", "振込"), "account_balance"),
            ],
        ),
        (
            _("管理"),
            [
                ("settings", _("発行者の設定"), "settings"),
                ("settlement_rules", _("精算の設定"), "account_balance_wallet"),
                ("identity_staff_changelist", _("担当者"), "badge"),
                ("issuers_auditentry_changelist", pgettext("many", "操作の記録"), "history"),
            ],
        ),
    ]
    shown = [
        {
            "title": title,
            "separator": bool(title),
            "items": [
                {"title": label, "icon": icon, "link": console_url(page)}
                for page, label, icon in entries
                if clerk.may_open(page)
            ],
        }
        for title, entries in groups
    ]
    return [group for group in shown if group["items"]]


def account(request: HttpRequest) -> list[dict[str, Any]]:
    """What belongs to oneself, beside ログアウト: passkeys, password, and the other language, with
    what the list was narrowed to."""
    other, name = ("ja", "日本語") if get_language() == "en" else ("en", "English")
    query = request.GET.copy()
    query[PARAMETER] = other
    return [
        {"title": name, "link": f"{request.path}?{query.urlencode()}"},
        {"title": _("パスキー"), "link": console_url("passkeys")},
        {"title": _("パスワードの変更"), "link": console_url("password_change")},
    ]


def heading(request: HttpRequest) -> str:
    """Whose console it is."""
    return clerk_of(request).issuer.local_name


def subheading(request: HttpRequest) -> str:
    """Who works in it, as what."""
    return _("管理画面")
