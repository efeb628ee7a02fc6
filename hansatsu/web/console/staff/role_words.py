"""The console's roles in words."""

from django.utils.translation import gettext as _

from hansatsu.parties.identity.models import Role


def role_words(role: str) -> str:
    """What somebody is."""
    return {
        Role.OWNER: _("責任者"),
        Role.OPERATOR: _("運用担当"),
        Role.ACCOUNTANT: _("経理担当"),
        Role.SUPPORT: _("問い合わせ担当"),
        Role.VIEWER: _("閲覧のみ"),
        Role.MANAGER: _("店長"),
        Role.CASHIER: _("レジ担当"),
    }.get(Role(role), role)


def roles_to_choose() -> list[tuple[str, str]]:
    """Each role with what it is for, for a form."""
    return [
        (Role.OWNER, _("責任者 — すべての操作と、担当者の管理")),
        (Role.OPERATOR, _("運用担当 — 商品、コード、加盟店、お申し込みの運用")),
        (Role.ACCOUNTANT, _("経理担当 — お金の流れの確認と振込")),
        (Role.SUPPORT, _("問い合わせ担当 — 利用者からのお問い合わせへの対応")),
        (Role.VIEWER, _("閲覧のみ — 数字を見るだけで、何も変えられません")),
    ]
