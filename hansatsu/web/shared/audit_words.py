"""The acts of the audit log in words."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.japan import in_japan
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.audit import CONSOLE, SERVER
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.models import Scope
from hansatsu.web.shared.scope_words import event_name, scope_name
from hansatsu.web.shared.time_words import end_words, moment_words
from hansatsu.web.shared.words import grouped

LISTED: Final = 100
"""Things of a list that are named; a bulk act has a page that names all."""
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-9.]+)?[+-]\d\d:\d\d$")
"""As moments stand in the record."""
ENDS: Final = ("until", "closes_at")
"""Names of first moments of not."""


def act_words(act: str) -> str:
    """What was done, for people; an act without words stands as it is."""
    return acts().get(act, act)


def done_words(entry: AuditEntry) -> str:
    """What was done: of a payment given back, 取消 on its day and 返金 later (labels.md). The day
    stands in the payment's number, after the issuer's prefix of 13."""
    kind, _colon, number = entry.subject.partition(":")
    if entry.act != "refund" or kind != "payment":
        return act_words(entry.act)
    is_same_day = number[13:21] == f"{in_japan(entry.at):%Y%m%d}"
    return _("取消") if is_same_day else _("返金")


def acts_named(text: str) -> tuple[str, ...]:
    """The acts whose words hold ``text``."""
    wanted = text.casefold()
    return tuple(act for act, words in acts().items() if wanted in words.casefold())


def acts() -> dict[str, str]:
    """All acts and their words."""
    return {
        "log_in": _("ログイン"),
        "log_out": _("ログアウト"),
        "lock": _("交代(画面をロック)"),
        "take_over": _("暗証番号で交代"),
        "second_factor_set": _("認証アプリの登録"),
        "second_factor_shown": _("確認コードの入力"),
        "second_factor_reset": _("認証アプリの登録をやり直し"),
        "passkey_added": _("パスキーの追加"),
        "passkey_removed": _("パスキーの削除"),
        "passkey_used": _("パスキーで確認"),
        "password_chosen": _("パスワードの変更"),
        "pin_set": _("暗証番号の設定"),
        "refund": _("取消・返金"),
        "staff_hired": _("担当者の追加"),
        "staff_activated": _("担当者の利用を再開"),
        "staff_deactivated": _("担当者の利用を停止"),
        "staff_role": _("役割の変更"),
        "staff_password_reset": _("パスワードの再発行"),
        "accept_clock": _("サーバーの時計の確認"),
        "terminal_added": _("端末の追加"),
        "terminal_renamed": _("端末の名前の変更"),
        "terminal_settings": _("音と文字の設定"),
        "terminal_reference_once": _("同じ会計の二重決済を断る設定の変更"),
        "terminal_revoked": _("端末の利用を停止"),
        "key_made": _("APIキーの発行"),
        "key_revoked": _("APIキーの停止"),
        "order_taken_back": _("購入の返金"),
        "money_back": _("カードへの返金"),
        "account_asked": _("口座登録のメールの送信"),
        "account_shown": _("口座の表示"),
        "transfer_paid": _("振込済み"),
        "run_prepared": _("振込の作成"),
        "run_approved": _("振込の承認"),
        "run_dropped": _("振込の取りやめ"),
        "run_handed_over": _("振込のファイルの引き渡し"),
        "run_fetched_again": _("振込のファイルの再受け取り"),
        "run_paid": _("振込の支払済み"),
        "run_row_failed": _("振込不能の記録"),
        "run_row_returned": _("戻り金の記録"),
        "run_row_paid": _("振込不能の取り消し"),
        "order_charged": _("入金済みの注文のチャージ"),
        "dispute_noted": _("チャージバックの確認"),
        "shortfall_noted": _("代金の不足の確認"),
        "webhook_made": _("Webhookの送り先の追加"),
        "webhook_removed": _("Webhookの送り先の削除"),
        "webhook_enabled": _("Webhookの送信を再開"),
        "webhook_secret_changed": _("Webhookのシークレットの変更"),
        "webhook_tested": _("Webhookのテスト"),
        "webhook_redelivered": _("Webhookの再送"),
        "shops_ordered": _("加盟店の案内状の作成"),
        "statement_files_ordered": _("精算書のPDFの作成"),
        "shop_added": _("加盟店の登録"),
        "shop_changed": _("加盟店の登録内容の変更"),
        "shop_takes": _("使える電子マネーの変更"),
        "shop_stopped": _("加盟店の取り扱い停止"),
        "shop_started": _("加盟店の取り扱い再開"),
        "shop_account": _("振込先の口座の入力"),
        "shop_account_approved": _("振込先の口座の承認"),
        "shop_account_declined": _("振込先の口座の却下"),
        "shop_accounts_approved": _("振込先の口座のまとめての承認"),
        "shops_imported": _("加盟店のファイル登録"),
        "shops_undone": _("一括変更を元に戻す"),
        "area_added": _("地区の追加"),
        "area_changed": _("地区の変更"),
        "category_added": _("業種の追加"),
        "category_changed": _("業種の変更"),
        "personal_data_shown": _("個人情報の表示"),
        "wallet_frozen": _("ウォレットの停止"),
        "wallet_unfrozen": _("ウォレットの再開"),
        "devices_revoked": _("端末の利用を停止"),
        "card_stopped": _("カードの停止"),
        "card_resumed": _("カードの再開"),
        "card_reissued": _("カードの再発行"),
        "card_file_taken": _("カードの印刷ファイルの受け取り"),
        "mail_resent": _("メールの再送"),
        "issuer_changed": _("発行者の設定の変更"),
        "issuer_logo": _("ロゴの変更"),
        "issuer_rules": _("上限と返金の変更"),
        "closing_term_added": _("締め日の追加"),
        "settlement_rules_changed": _("精算の設定の変更"),
        "fee_class_made": _("手数料区分の追加"),
        "fee_class_moved": _("手数料区分の適用"),
        "closing_term_changed": _("締め日と振込日の変更"),
        "closing_term_removed": _("締め日の取り除き"),
        "provider_chosen": _("お支払い会社の変更"),
        "provider_stopped": _("オンラインでのお支払いの受付の停止"),
        "terms_published": _("利用規約の公開"),
        "legal_text_published": _("法律に基づく表示の公開"),
        "emoney_added": _("電子マネーの追加"),
        "emoney_renamed": _("電子マネーの名前の変更"),
        "emoney_accepted": _("使える加盟店の追加"),
        "emoney_not_accepted": _("使える加盟店の取りやめ"),
        "sale_added": _("販売の追加"),
        "sale_changed": _("販売の変更"),
        "products_added": _("商品の追加"),
        "product_changed": _("商品の変更"),
        "product_withdrawn": _("商品の取り下げ"),
        "winners_ordered": _("購入コードの作成"),
        "codes_imported": _("購入コードのファイル登録"),
        "gifts_ordered": _("ギフトコードの作成"),
        "cards_ordered": _("カードの作成"),
        "cards_printed": _("カードの作成(コマンド)"),
        "gifts_printed": _("ギフトコードの作成(コマンド)"),
        "file_taken": _("コードのファイルの受け取り"),
        "files_taken": _("コードのファイルをまとめて受け取り"),
        "files_saved": _("ファイルの保存を確認して消去"),
        "making_voided": _("未使用コードをまとめて無効"),
        "making_stop_ordered": _("カードをまとめて停止する指示"),
        "making_stopped": _("カードをまとめて停止"),
        "code_voided": _("購入コードを無効"),
        "gift_voided": _("ギフトコードを無効"),
        "correction_proposed": _("残高の訂正の申請"),
        "correction_approved": _("残高の訂正の承認"),
        "correction_declined": _("残高の訂正の却下"),
        "closed_by_hand": _("精算を締める"),
        "adjustment_proposed": _("精算の調整の申請"),
        "adjustment_approved": _("精算の調整の承認"),
        "adjustment_declined": _("精算の調整の却下"),
        "hold_proposed": _("支払保留の申請"),
        "hold_approved": _("支払保留の承認"),
        "hold_declined": _("支払保留の却下"),
        "hold_released": _("支払保留の解除"),
        "bank_line_added": _("口座の明細の登録"),
        "bank_lines_imported": _("口座の明細の読み込み"),
        "bank_line_reversed": _("口座の明細の取消"),
        "reconciliation_prepared": _("資金照合の作成"),
        "reconciliation_signed": _("資金照合の署名"),
        "reconciliation_dropped": _("資金照合の取りやめ"),
        "payout_requested": _("随時払いの申請"),
        "payout_request_closed": _("随時払いの締め"),
        "payout_request_declined": _("随時払いの見送り"),
        "payout_request_withdrawn": _("随時払いの申請の取り下げ"),
        "expiry_move_proposed": _("有効期限の変更の申請"),
        "expiry_move_approved": _("有効期限の変更の承認"),
        "expiry_move_declined": _("有効期限の変更の却下"),
    }


def details(entry: AuditEntry, subjects: Mapping[str, str]) -> list[str]:
    """What it was done to by its name (``audit_subjects``); and before and after."""
    return [subjects.get(entry.subject, entry.subject), *lines(entry)]


def lines(entry: AuditEntry) -> list[str]:
    """Before and after, a line for each thing that they speak of."""
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    return [_line(name, entry) for name in names]


def place_words(entry: AuditEntry) -> str:
    """Where it was done: in the console, by a command on the server, or in a shop."""
    if entry.place == SERVER:
        return _("サーバーのコマンド")
    return _("管理画面") if entry.place == CONSOLE else _("加盟店サイト")


def _line(name: str, entry: AuditEntry) -> str:
    """What is not spoken of stands on neither side; what is None is said to be none."""
    sides = [side[name] for side in (entry.before, entry.after) if name in side]
    return f"{name_words(name)}: {' → '.join(_shown(name, value) for value in sides)}"


def _shown(name: str, value: object) -> str:
    """The value of ``name``: moments in words, those at which something ends as its last day."""
    if isinstance(value, str) and MOMENT.match(value):
        at = datetime.fromisoformat(value)
        return end_words(at) if name in ENDS else moment_words(at)
    return _value(value)


def name_words(name: str) -> str:
    """What was changed of a thing; a name without words stands as it is."""
    return {
        "second_factor": _("確認コード"),
        "passkey": _("パスキー"),
        "login_id": _("ログインID"),
        "role": _("役割"),
        "display_name": _("お名前"),
        "active": _("利用"),
        "name": _("名前"),
        "sound": _("音"),
        "large_type": _("大きな文字"),
        "reference_once": _("同じ会計の二重決済を断る"),
        "keys": _("APIキー"),
        "key": _("APIキー"),
        "scopes": _("できること"),
        "amount": _("金額"),
        "wallet": _("ウォレット"),
        "card": _("カード"),
        "mail": _("メール"),
        "mail_state": _("状態"),
        "state": _("状態"),
        "emoney": _("電子マネー"),
        "address_changed": _("宛先の変更"),
        "number": _("決済ID"),
        "events": _("知らせるできごと"),
        "event": _("できごと"),
        "code": _("番号"),
        "name_kana": _("フリガナ"),
        "name_en": _("英語名"),
        "area": _("地区"),
        "category": _("業種"),
        "address": _("住所"),
        "phone": _("電話番号"),
        "contact_email": _("連絡先メールアドレス"),
        "takes": _("使える電子マネー"),
        "account": _("口座"),
        "accounts": _("承認した口座"),
        "order": _("並び順"),
        "count": _("件数"),
        "held": _("購入手続き中"),
        "shops": _("加盟店"),
        "devices": _("端末"),
        "made": _("新しい加盟店"),
        "changed": _("内容が変わった加盟店"),
        "left": _("元に戻さなかった加盟店"),
        "seal": _("朱印の文字"),
        "logo": _("ロゴ"),
        "colour_primary": _("基本の色"),
        "colour_accent": _("目立たせる色"),
        "office_name": _("事務局の名前"),
        "office_name_en": _("事務局の英語名"),
        "office_phone": _("事務局の電話番号"),
        "seller_address": _("所在地"),
        "seller_representative": _("運営責任者"),
        "office_hours": _("受付時間"),
        "office_hours_en": _("受付時間(英語)"),
        "cards_may_be_taken": _("カードの残高をウォレットに移せる"),
        "closing_day": _("締め日(毎月)"),
        "payout_months_later": _("振込の月"),
        "payout_day": _("振込日"),
        "closes_from": _("締めの開始日"),
        "fee_class": _("手数料区分"),
        "basis_points": _("割合(1万分の1)"),
        "fixed": _("決済1件ごと(円)"),
        "originator_code": _("委託者コード"),
        "originator_name": _("振込依頼人名(カタカナ)"),
        "own_bank": _("金融機関番号"),
        "own_branch": _("支店番号"),
        "own_type": _("預金種目"),
        "own_number": _("口座番号"),
        "bank_day_shift": _("振込日が銀行の休みの日のとき"),
        "hand_in_days": _("提出期限(営業日前)"),
        "own_closed_days": _("取引銀行が独自に休む日"),
        "first_payout_hold_days": _("最初の振込を待つ日数"),
        "line_ending": _("レコードの終わりの改行"),
        "clearing_fill": _("手形交換所番号の欄"),
        "registration_number": _("登録番号(適格請求書)"),
        "fee_bearer": _("振込手数料を負担するのは"),
        "transfer_fees": _("振込手数料(円から: 同じ銀行 / ほかの銀行)"),
        "on_demand": _("随時払い"),
        "on_demand_minimum": _("申請できる最低の金額(円)"),
        "on_demand_fee_class": _("随時払いの手数料区分"),
        "per_payment": _("1回のお支払いの上限(円)"),
        "per_day": _("1日のお支払いの上限(円)"),
        "holding": _("1つのウォレットの残高の上限(円)"),
        "refund_grace_days": _("有効期限後の返金で残高が戻る日数"),
        "version": _("版"),
        "from": _("開始"),
        "until": _("終了"),
        "opens_at": _("販売開始"),
        "closes_at": _("販売終了"),
        "units": _("口数"),
        "units_per_person": _("1人が買える口数"),
        "price": _("価格"),
        "parts": _("中身"),
        "months": _("有効期限(月数)"),
        "expires_on": _("有効期限"),
        "totals": _("合計の内訳"),
        "total": _("合計(円)"),
        "total_units": _("合計の口数"),
        "sale": _("販売"),
        "first_day": _("購入できる最初の日"),
        "last_day": _("購入できる最後の日"),
        "kind": _("種類"),
        "files": _("ファイル"),
        "form": _("形"),
        "provider": _("お支払い会社"),
        "yen": _("金額(円)"),
        "closing": _("締めの番号"),
        "difference": _("差額(円)"),
        "expected": _("口座にあるはずの金額(円)"),
        "bank": _("口座の残高(円)"),
        "month": _("月"),
        "on": _("日付"),
        "lines": _("お店と金額"),
        "run": _("振込の回"),
        "pay_on": _("支払日"),
        "file_sha256": _("ファイルのハッシュ(SHA-256)"),
        "follows": _("作り直した元の回"),
        "failed": _("振込不能"),
        "failed_total": _("振込不能の合計(円)"),
        "place": _("明細の番号"),
        "failed_reason": _("銀行の理由"),
        "returned_on": _("戻った日"),
    }.get(name, name)


def _value(value: object) -> str:
    if value is None:
        return _("なし")
    if isinstance(value, bool):
        return _("あり") if value else _("なし")
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, list):
        return _listed(value)
    return _words(str(value))


def _listed(values: list[str]) -> str:
    shown = "・".join(_value(each) for each in values[:LISTED])
    if len(values) > LISTED:
        more = {"shown": shown, "more": grouped(len(values) - LISTED)}
        return _("%(shown)s ほか%(more)s件") % more
    return shown or _("なし")


def _words(value: str) -> str:
    if value in Role.values:
        return {
            "manager": _("店長"),
            "cashier": _("レジ担当"),
            "owner": _("責任者"),
            "operator": _("運用担当"),
            "accountant": _("経理担当"),
            "support": _("問い合わせ担当"),
            "viewer": _("閲覧のみ"),
        }.get(value, value)
    if value in Scope.values:
        return scope_name(value)
    return _states().get(value) or event_name(value)


def _states() -> dict[str, str]:
    """Of wallets and mails."""
    return {
        "open": _("利用中"),
        "frozen": _("停止中"),
        "sent": _("送信済み"),
        "bounced": _("届かず"),
        "proposed": _("承認待ち"),
        "approved": _("承認済み"),
        "declined": _("却下"),
        "prepared": _("承認待ち"),
        "handed_over": _("引き渡し済み"),
        "dropped": _("取りやめ"),
        "paid": _("支払済み"),
        "failed": _("振込不能"),
    }
