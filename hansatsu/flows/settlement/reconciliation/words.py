"""What figures, pairs and lines are called: on the pages and on paper."""

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.models import BankLineKind


def part_words(part: str) -> str:
    """Whose, or where, the money of some figures is."""
    return {
        "owed": _("利用者とお店のお金"),
        "elsewhere": _("まだ口座にないお金"),
        "kept": _("発行者に残る分・負担する分"),
        "account": _("口座だけの動き"),
    }[part]


def figure_words(code: str) -> str:
    """What a figure is."""
    return {
        "unused": _("未使用の残高のうち購入代金の分"),
        "payables": _("お店への未払い(締め済み)"),
        "since": _("前回の締めの後のお店の売上"),
        "debts": _("お店の未収(次の精算で差し引く)"),
        "uncharged": _("入金済みでチャージ前の注文"),
        "to_give_back": _("利用者への返金の途中"),
        "provider": _("決済代行からの入金待ち"),
        "premium": _("町・市からのプレミアムの入金待ち"),
        "coming_back": _("振込不能で戻る途中"),
        "ahead": _("月が変わってから入る未収の回収"),
        "expired": _("失効した残高のうち購入代金の分"),
        "corrected": _("残高の訂正で減らした購入代金の分"),
        "fees": _("お店の手数料と消費税"),
        "fees_borne_by_shops": _("お店が負担した振込手数料"),
        "goodwill": _("精算の調整"),
        "written_off": _("未収の償却"),
        "lost": _("チャージバックなどの損失"),
        "kept_by_bank": _("組戻しで戻らなかった分"),
        "transfer_fees": _("支払った振込手数料"),
        "provider_fees": _("決済代行の手数料"),
        "opening": _("はじめの残高"),
        "interest": _("利息"),
        "other": _("その他"),
    }[code]


def pair_words(code: str) -> str:
    """Which two sources speak of the same yen."""
    return {
        "sent": _("口座から出た振込と、支払済みにした振込"),
        "returned": _("口座に戻った組戻しと、振込不能の記録"),
        "collected": _("口座に入った回収と、未収の回収の記録"),
        "taken": _("台帳の決済と、精算書の決済"),
        "statements": _("精算書の合計と、繰越のつながり"),
        "payables": _("支払予定と、振込の明細"),
        "orders": _("入金された注文と、発行された残高"),
    }[code]


def pair_hint(code: str, gap: int) -> str:
    """What could be behind a pair that does not meet by ``gap`` yen."""
    more = gap > 0
    match code:
        case "sent":
            if more:
                return _(
                    "支払済みにした振込が、口座から出ていません。"
                    "振込不能ではないか、口座の明細がそろっているかを確かめてください。"
                )
            return _(
                "口座から出た振込のうち、支払済みになっていないものがあります。"
                "振込を支払済みにしたか、銀行が二重に振り込んでいないかを確かめてください。"
            )
        case "returned":
            if more:
                return _(
                    "組戻しの入金に、振込不能の記録がありません。振込の明細に記録してください。"
                )
            return _("戻ったと記録したお金が、口座に入っていません。口座の明細を確かめてください。")
        case "collected":
            if more:
                return _("お店から入ったお金に、承認された未収の回収の記録がありません。")
            return _("回収したと記録したお金が、口座に入っていません。")
        case "taken":
            if more:
                return _(
                    "台帳にある決済が、精算書にありません。hansatsu verify を実行してください。"
                )
            return _(
                "台帳にない決済が、精算書にあります。二重に数えていないか、"
                "hansatsu verify で確かめてください。"
            )
        case "statements":
            return _(
                "精算書の前回繰越が、その前の精算書と合いません。"
                "hansatsu verify を実行してください。"
            )
        case "payables":
            return _(
                "支払済みの支払予定と、振込の明細が合いません。hansatsu verify を実行してください。"
            )
        case _:
            if more:
                return _(
                    "入金された注文の残高が、発行されていません。"
                    "hansatsu verify を実行してください。"
                )
            return _(
                "発行された残高に、入金のない注文があります。注文と決済代行の明細を確かめ、"
                "hansatsu verify を実行してください。"
            )


def kind_words(kind: str) -> str:
    """What a line of the bank's statement is."""
    return {
        BankLineKind.OPENING: _("はじめの残高"),
        BankLineKind.PREMIUM: _("町・市からのプレミアム入金"),
        BankLineKind.PROVIDER_PAYOUT: _("決済代行からの入金"),
        BankLineKind.PROVIDER_FEE: _("決済代行の手数料"),
        BankLineKind.SHOP_PAYOUT: _("加盟店への振込"),
        BankLineKind.TRANSFER_FEE: _("振込手数料"),
        BankLineKind.RESIDENT_TRANSFER: _("返金の振込"),
        BankLineKind.RETURNED: _("組戻し"),
        BankLineKind.COLLECTED: _("未収の回収"),
        BankLineKind.INTEREST: _("利息"),
        BankLineKind.OTHER: _("その他"),
    }[BankLineKind(kind)]


def line_words(kind: str) -> str:
    """What is said of a part of the difference."""
    return _("宿題(原因を調べる)") if kind == "task" else _("説明がつく")
