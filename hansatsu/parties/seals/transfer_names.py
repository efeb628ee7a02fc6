"""Why a name cannot stand in a transfer, in words for who typed it or pays by it."""

from django.utils.translation import gettext as _

from hansatsu.formats.typed import held, seen
from hansatsu.formats.zengin.names import PAYEE, read_name


def why_unfit(written: str, longest: int = PAYEE) -> str:
    """Why ``written`` cannot stand in a transfer, by name and in words for people; empty when it
    can."""
    name = read_name(written)
    if name.unfit:
        return _("「%(name)s」には、振込で使えない文字があります: %(signs)s") % {
            "name": held(written),
            "signs": seen(" ".join(name.unfit)),
        }
    if not name.text:
        return _("名義がありません。")
    if len(name.text) > longest:
        said = _(
            "「%(name)s」は%(length)d文字で、振込の%(longest)d文字に入りません。"
            "銀行でどう略しているかを確かめて、その名義を入力してください。"
        )
        return said % {"name": name.text, "length": len(name.text), "longest": longest}
    return ""
