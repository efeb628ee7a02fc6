"""The issuer's logo: chosen, looked at, removed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.formats.pictures import LARGEST, MOST_PIXELS, Fault, Picture, read_picture
from hansatsu.parties.issuers.logos import change_logo
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, done, show


class LogoForm(ReasonForm):
    """A picture, or the wish to have none."""

    picture = fields.file(
        gettext_lazy("画像(PNGまたはJPEG、1MBまで)"),
        ".png,.jpg,.jpeg",
        required=False,
        help_text=gettext_lazy(
            "高さ36、幅120ピクセル(スマートフォンでは幅72)の枠に収まる大きさで表示されます。高精細な画面のため、"
            "その4倍(高さ144、幅480)ほどの画像がきれいに見えます。"
        ),
    )
    remove = fields.tick(gettext_lazy("ロゴを外して、朱印の文字に戻す"))
    field_order = ["picture", "remove", "reason"]

    def __init__(self, has_logo: bool, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        if not has_logo:
            del self.fields["remove"]

    def clean_picture(self) -> Picture | None:
        """The picture as it will be shown."""
        sent: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if sent is None:
            return None
        found = Fault.TOO_LARGE if (sent.size or 0) > LARGEST else read_picture(sent.read())
        if isinstance(found, Fault):
            raise ValidationError(_fault_words(found))
        return found

    def clean(self) -> dict[str, Any]:
        """One of both."""
        found = super().clean() or self.cleaned_data
        if found.get("picture") and found.get("remove"):
            self.add_error("picture", _("画像を選んだときは、「ロゴを外す」を選べません。"))
        elif "picture" in found and not found["picture"] and not found.get("remove"):
            self.add_error("picture", _("画像を選んでください。"))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def logo(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """What stands in the headers of the wallet site and the shop site."""
    form = LogoForm(bool(clerk.issuer.logo), request.POST or None, request.FILES or None)
    if form.is_valid():
        typed = form.cleaned_data
        change_logo(clerk.actor, typed["picture"], reason=typed["reason"])
        return done(request, _("変えました。"), console_url("settings"))
    lead = _(
        "利用者サイトと加盟店サイトの上部で、朱印の代わりに表示されます。印刷物は朱印のままです。"
    )
    return show(
        request,
        "logo",
        status=422 if form.is_bound else 200,
        title=_("ロゴ"),
        question=Question("", form, _("変える"), console_url("settings"), lead=lead),
        issuer=clerk.issuer,
    )


def _fault_words(fault: Fault) -> str:
    return {
        Fault.TOO_LARGE: _("1MBまでの画像を選んでください。"),
        Fault.TOO_MANY_PIXELS: _(
            "画像が大きすぎます。縦×横が%(count)d万ピクセルまでの画像にしてください。"
        )
        % {"count": MOST_PIXELS // 10_000},
        Fault.UNREADABLE: _("PNGかJPEGの画像を選んでください。"),
    }[fault]
