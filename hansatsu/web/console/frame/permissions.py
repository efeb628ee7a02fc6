"""Who may do what in the console: roles and pages as data, which tests walk.

A page that is missing from ``PAGES`` opens for nobody: that is a fault, and a test finds it.
"""

from enum import StrEnum

from hansatsu.parties.identity.models import Role


class Act(StrEnum):
    """What a page does."""

    OPEN = "open"  # for everybody: logging in
    HOME = "home"  # the first page, and what all pages need
    OWN = "own"  # one's own password and passkeys
    STAFF = "staff"  # who works here, with which role
    AUDIT = "audit"  # who did what
    LOOK = "look"  # at shops and at what is on sale, changing nothing
    SHOPS = "shops"  # register and change shops
    SHOP_STAFF = "shop_staff"  # let a shop's people in, and help them
    ACCOUNTS = "accounts"  # enter where shops are paid out to
    APPROVE_ACCOUNTS = "approve_accounts"  # approve what somebody else entered of it
    SUPPORT = "support"  # find who asks, masked, and read what happened
    PERSONAL = "personal"  # see a resident's data unmasked
    ORDERS = "orders"  # who buys what, and which money waits for a person
    MONEY = "money"  # giving money back, charging what was paid
    SETTLE = "settle"  # close, propose what changes what a shop is paid, pay shops
    APPROVE_SETTLEMENT = "approve_settlement"  # approve what somebody else proposed of that
    CORRECT = "correct"  # propose that a mistake in a wallet is corrected
    APPROVE = "approve"  # approve what somebody else proposed
    HELP = "help"  # stop and resume wallets and cards, reissue, refund, resend a mail
    PROGRAMS = "programs"  # what is on sale, and where it can be spent
    SETTINGS = "settings"  # the issuer itself
    CODES = "codes"  # codes and cards: made, handed out, made void


EVERYBODY = frozenset({Act.OPEN, Act.HOME, Act.OWN, Act.LOOK, Act.ORDERS})

SUPPORT = frozenset({Act.SUPPORT, Act.PERSONAL, Act.HELP, Act.CORRECT})
"""What answering residents takes."""

SETTLEMENT = frozenset(
    {Act.ACCOUNTS, Act.APPROVE_ACCOUNTS, Act.MONEY, Act.SETTLE, Act.APPROVE_SETTLEMENT}
)
"""What paying shops takes; nobody does both halves of one thing."""

SALES = frozenset({Act.SHOPS, Act.SHOP_STAFF, Act.PROGRAMS, Act.CODES})
"""What running the scheme takes."""

MAY: dict[str, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.OPERATOR: EVERYBODY | SUPPORT | SALES | {Act.AUDIT, Act.MONEY, Act.APPROVE},
    Role.ACCOUNTANT: EVERYBODY | SETTLEMENT | {Act.AUDIT, Act.SUPPORT, Act.APPROVE},
    Role.SUPPORT: EVERYBODY | SUPPORT,
    Role.VIEWER: EVERYBODY,
}
"""Of the issuer's roles; a shop's staff have nothing to do here."""

PAGES: dict[str, Act] = {
    "login": Act.OPEN,
    "login_code": Act.OPEN,
    "login_passkey": Act.OPEN,
    "login_passkey_answer": Act.OPEN,
    "login_password": Act.OPEN,
    "login_enrol": Act.OPEN,
    "login_finish": Act.OPEN,
    "logout": Act.OPEN,
    "index": Act.HOME,
    "jsi18n": Act.HOME,
    "password_change": Act.OWN,
    "passkeys": Act.OWN,
    "passkey_add": Act.OWN,
    "passkey_finish": Act.OWN,
    "passkey": Act.OWN,
    "passkey_remove": Act.OWN,
    "identity_staff_changelist": Act.STAFF,
    "identity_staff_change": Act.STAFF,
    "staff_new": Act.STAFF,
    "staff_role": Act.STAFF,
    "staff_stop": Act.STAFF,
    "staff_start": Act.STAFF,
    "staff_password": Act.STAFF,
    "staff_second_factor": Act.STAFF,
    "issuers_auditentry_changelist": Act.AUDIT,
    "issuers_auditentry_change": Act.AUDIT,
    "shops_shop_changelist": Act.LOOK,
    "shops_shop_change": Act.LOOK,
    "shops_area_changelist": Act.LOOK,
    "shops_area_change": Act.LOOK,
    "shops_category_changelist": Act.LOOK,
    "shops_category_change": Act.LOOK,
    "programs_emoney_changelist": Act.LOOK,
    "programs_emoney_change": Act.LOOK,
    "programs_sale_changelist": Act.LOOK,
    "programs_sale_change": Act.LOOK,
    "programs_product_changelist": Act.LOOK,
    "programs_product_change": Act.LOOK,
    "settings": Act.LOOK,
    "settings_office": Act.SETTINGS,
    "settings_logo": Act.SETTINGS,
    "settings_rules": Act.SETTINGS,
    "settings_closing": Act.LOOK,
    "settings_closing_new": Act.SETTINGS,
    "settings_closing_change": Act.SETTINGS,
    "settings_closing_remove": Act.SETTINGS,
    "settlement_rules": Act.LOOK,
    "settlement_rules_account": Act.SETTINGS,
    "settlement_rules_days": Act.SETTINGS,
    "settlement_rules_file": Act.SETTINGS,
    "settlement_rules_transfer_fees": Act.SETTINGS,
    "settlement_rules_on_demand": Act.SETTINGS,
    "fee_classes": Act.LOOK,
    "fee_class_new": Act.SETTINGS,
    "fee_class_move": Act.SETTINGS,
    "settings_provider": Act.SETTINGS,
    "settings_provider_keys": Act.SETTINGS,
    "settings_provider_stop": Act.SETTINGS,
    "settings_terms": Act.SETTINGS,
    "settings_legal_commerce": Act.SETTINGS,
    "settings_legal_payment_services": Act.SETTINGS,
    "settings_legal_privacy": Act.SETTINGS,
    "emoney_new": Act.PROGRAMS,
    "emoney_edit": Act.PROGRAMS,
    "emoney_accept": Act.PROGRAMS,
    "sale_new": Act.PROGRAMS,
    "sale_edit": Act.PROGRAMS,
    "product_new": Act.PROGRAMS,
    "product_edit": Act.PROGRAMS,
    "product_withdraw": Act.PROGRAMS,
    "printouts_making_changelist": Act.LOOK,
    "printouts_making_change": Act.LOOK,
    "making_progress": Act.LOOK,
    "programs_purchasecode_changelist": Act.LOOK,
    "programs_purchasecode_change": Act.LOOK,
    "gifts_giftcode_changelist": Act.LOOK,
    "gifts_giftcode_change": Act.LOOK,
    "cards_card_changelist": Act.LOOK,
    "cards_card_change": Act.LOOK,
    "code_make": Act.CODES,
    "code_import": Act.CODES,
    "code_template": Act.CODES,
    "gift_make": Act.CODES,
    "card_make": Act.CODES,
    "making_void": Act.CODES,
    "making_stop": Act.CODES,
    "print_file": Act.CODES,
    "making_files": Act.CODES,
    "code_void": Act.CODES,
    "gift_void": Act.CODES,
    "shop_new": Act.SHOPS,
    "shop_import": Act.SHOPS,
    "shop_template": Act.SHOPS,
    "shop_export": Act.SHOPS,
    "shops_batch_changelist": Act.LOOK,
    "shops_batch_change": Act.LOOK,
    "shop_batch_apply": Act.SHOPS,
    "shop_batch_undo": Act.SHOPS,
    "shop_posters": Act.SHOPS,
    "shop_letters": Act.SHOP_STAFF,
    "shop_letter": Act.SHOP_STAFF,
    "shop_staff": Act.SHOP_STAFF,
    "shop_staff_new": Act.SHOP_STAFF,
    "shop_staff_password": Act.SHOP_STAFF,
    "shop_staff_second_factor": Act.SHOP_STAFF,
    "shop_staff_stop": Act.SHOP_STAFF,
    "shop_staff_start": Act.SHOP_STAFF,
    "shop_edit": Act.SHOPS,
    "shop_takes": Act.SHOPS,
    "shop_account": Act.ACCOUNTS,
    "shops_accountversion_changelist": Act.LOOK,
    "shops_accountversion_change": Act.LOOK,
    "account_approve": Act.APPROVE_ACCOUNTS,
    "account_decline": Act.APPROVE_ACCOUNTS,
    "shop_batch_accounts": Act.APPROVE_ACCOUNTS,
    "shop_poster": Act.SHOPS,
    "shop_stop": Act.SHOPS,
    "shop_start": Act.SHOPS,
    "area_new": Act.SHOPS,
    "area_edit": Act.SHOPS,
    "category_new": Act.SHOPS,
    "category_edit": Act.SHOPS,
    "support_find": Act.SUPPORT,
    "support_resident": Act.SUPPORT,
    "support_personal": Act.PERSONAL,
    "support_shop": Act.SUPPORT,
    "support_payment": Act.SUPPORT,
    "support_order": Act.SUPPORT,
    "support_card": Act.SUPPORT,
    "charging_order_changelist": Act.ORDERS,
    "charging_order_change": Act.ORDERS,
    "charging_task_changelist": Act.ORDERS,
    "charging_task_change": Act.ORDERS,
    "settlement_payoutrun_changelist": Act.LOOK,
    "settlement_payoutrun_change": Act.LOOK,
    "run_new": Act.SETTLE,
    "run_rows": Act.SETTLE,
    "run_approve": Act.APPROVE_SETTLEMENT,
    "run_drop": Act.SETTLE,
    "run_fetch": Act.SETTLE,
    "run_paid": Act.SETTLE,
    "run_row_fail": Act.SETTLE,
    "run_row_returned": Act.SETTLE,
    "run_row_paid": Act.SETTLE,
    "charging_transfer_changelist": Act.ORDERS,
    "charging_transfer_change": Act.ORDERS,
    "order_take_back": Act.MONEY,
    "task_give_back": Act.MONEY,
    "task_ask_account": Act.MONEY,
    "task_charge": Act.MONEY,
    "task_note": Act.MONEY,
    "transfer_account": Act.MONEY,
    "support_freeze": Act.HELP,
    "support_unfreeze": Act.HELP,
    "support_devices": Act.HELP,
    "support_card_stop": Act.HELP,
    "support_card_resume": Act.HELP,
    "support_card_reissue": Act.HELP,
    "support_card_file": Act.CODES,
    "support_refund": Act.HELP,
    "support_mail": Act.HELP,
    "notifications_mail_changelist": Act.SUPPORT,
    "notifications_mail_change": Act.SUPPORT,
    "support_correction_changelist": Act.SUPPORT,
    "support_correction_change": Act.SUPPORT,
    "support_expirymove_changelist": Act.SUPPORT,
    "support_expirymove_change": Act.SUPPORT,
    "expiry_move": Act.CORRECT,
    "expiry_unexpire": Act.CORRECT,
    "expiry_move_approve": Act.APPROVE,
    "expiry_move_decline": Act.SUPPORT,
    "correction_up": Act.CORRECT,
    "correction_down": Act.CORRECT,
    "correction_approve": Act.APPROVE,
    "correction_decline": Act.SUPPORT,
    "settlement": Act.LOOK,
    "settlement_closing_changelist": Act.LOOK,
    "settlement_closing_change": Act.LOOK,
    "closing_sheet": Act.LOOK,
    "closing_files": Act.SETTLE,
    "closing_files_live": Act.SETTLE,
    "closing_files_archive": Act.SETTLE,
    "closing_close": Act.SETTLE,
    "settlement_statement_changelist": Act.LOOK,
    "settlement_statement_change": Act.LOOK,
    "statement_file": Act.LOOK,
    "statement_entries": Act.LOOK,
    "settlement_adjustment_changelist": Act.LOOK,
    "settlement_adjustment_change": Act.LOOK,
    "adjustment_new": Act.SETTLE,
    "adjustment_wrong_shop": Act.SETTLE,
    "adjustment_approve": Act.APPROVE_SETTLEMENT,
    "adjustment_decline": Act.SETTLE,
    "settlement_hold_changelist": Act.LOOK,
    "settlement_hold_change": Act.LOOK,
    "hold_new": Act.SETTLE,
    "hold_approve": Act.APPROVE_SETTLEMENT,
    "hold_decline": Act.SETTLE,
    "hold_release": Act.APPROVE_SETTLEMENT,
    "debts": Act.LOOK,
    "debt_collect": Act.SETTLE,
    "debt_write_off": Act.SETTLE,
    "settlement_payoutrequest_changelist": Act.LOOK,
    "settlement_payoutrequest_change": Act.LOOK,
    "payout_request_close": Act.SETTLE,
    "payout_request_decline": Act.SETTLE,
    "dry_run": Act.LOOK,
    "dry_run_sheet": Act.LOOK,
    "reconciliations": Act.LOOK,
    "reconciliation": Act.LOOK,
    "reconciliation_prepare": Act.SETTLE,
    "reconciliation_sign": Act.APPROVE_SETTLEMENT,
    "reconciliation_drop": Act.SETTLE,
    "reconciliation_pdf": Act.LOOK,
    "reconciliation_sheet": Act.LOOK,
    "settlement_bankline_changelist": Act.LOOK,
    "settlement_bankline_change": Act.LOOK,
    "bank_line_new": Act.SETTLE,
    "bank_line_import": Act.SETTLE,
    "bank_line_template": Act.SETTLE,
    "bank_line_reverse": Act.SETTLE,
}


def may(role: str, act: Act) -> bool:
    """True when the role has the act."""
    return act in MAY.get(role, frozenset())


def may_open(role: str, page: str) -> bool:
    """True when the role may open the page of this name (an address's, in ``site``)."""
    act = PAGES.get(page)
    return act is not None and may(role, act)
