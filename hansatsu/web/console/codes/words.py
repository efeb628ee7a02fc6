"""Makings and codes in words."""

from django.utils.translation import gettext as _

from hansatsu.flows.printouts import models
from hansatsu.flows.printouts.models import Making, MakingState, PrintKind
from hansatsu.flows.printouts.voiding import Voided
from hansatsu.parties.gifts.models import GiftState
from hansatsu.parties.programs.models import CodeState


def kind_words(kind: str) -> str:
    """What is made."""
    return {
        PrintKind.WINNERS: _("購入コード"),
        PrintKind.GIFTS: _("ギフトコード"),
        PrintKind.CARDS: _("カード"),
        PrintKind.SHOPS: _("加盟店の案内状"),
    }[PrintKind(kind)]


def state_words(state: str) -> str:
    """How far it is."""
    return {
        MakingState.WORKING: _("作成中"),
        MakingState.FINISHED: _("完了"),
        MakingState.FAILED: _("中断"),
    }[MakingState(state)]


def error_words(making: Making) -> str:
    """Why it ended before its time; nothing when it did not."""
    match making.error:
        case "":
            return ""
        case models.UNEXPECTED:
            return _(
                "思わぬ誤りで途中で止まりました。ここまでにできた分は使えます。"
                "残りは、時間をおいてもう一度作ってください。"
            )
        case models.VOIDED if making.state == MakingState.FINISHED:
            return _("未使用をまとめて無効にしました。")
        case models.VOIDED:
            return _("未使用をまとめて無効にしたため、残りは作られません。")
        case error:
            return _("途中で止まりました。ここまでにできた分は使えます。(%(error)s)") % {
                "error": error
            }


def voided_words(voided: Voided) -> str:
    """What came of making the unused void."""
    said = _("%(count)d枚を無効にしました。") % {"count": voided.count}
    if not voided.held:
        return said
    return said + _(
        "購入手続き中の%(held)d枚はそのままです。手続きが終わったあとに、もう一度無効にしてください。"
    ) % {"held": voided.held}


def code_state_words(state: str) -> str:
    """Of a purchase code."""
    return {
        CodeState.FREE: _("未使用"),
        CodeState.HELD: _("購入手続き中"),
        CodeState.USED: _("使用済み"),
        CodeState.VOID: _("無効"),
    }[CodeState(state)]


def gift_state_words(state: str) -> str:
    """Of a gift code."""
    return {
        GiftState.READY: _("未使用"),
        GiftState.TAKEN: _("受け取り済み"),
        GiftState.VOID: _("無効"),
    }[GiftState(state)]
