"""What is asked about codes and cards to make."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.printouts.batches import MOST, PART
from hansatsu.flows.printouts.models import FileForm
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.code_rules import code_faults
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.programs.forms import ExpiryForm, FilledMixin, PartsMixin, offer_sales


class MakingForm(OnceForm):
    """How many, and which files."""

    count = fields.number(gettext_lazy("枚数"), 1, MOST)
    forms = fields.several(
        gettext_lazy("ファイル"),
        lambda: [
            (FileForm.PDF, _("PDF(そのまま印刷できる手紙やカード)")),
            (FileForm.XLSX, _("Excel(印刷会社に渡す一覧)")),
        ],
        initial=[FileForm.PDF],
    )

    def __init__(self, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        said = _(
            "%(part)d枚ごとに1つのファイルになります。どのファイルも、最初にダウンロードした人だけが受け取れます。"
        )
        self.fields["forms"].help_text = said % {"part": PART}


class CodesForm(MakingForm):
    """Purchase codes."""

    sale = fields.choice(gettext_lazy("販売"))
    units = fields.number(gettext_lazy("1枚で買える口数"), 1, 1000)
    first_day = fields.day(gettext_lazy("購入できる最初の日"))
    last_day = fields.day(gettext_lazy("購入できる最後の日"))
    field_order = ["sale", "units", "first_day", "last_day", "count", "forms", "reason"]

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.sales = offer_sales(self, issuer)

    def clean(self) -> dict[str, Any]:
        """Such that somebody can buy with them (``programs.code_rules``)."""
        found = super().clean() or self.cleaned_data
        sale = self.sales.get(found.get("sale", ""))
        if sale is not None:
            typed = (found.get("units"), found.get("first_day"), found.get("last_day"))
            fields.add_errors(self, code_faults(sale, *typed, clock.now()))
        return found


class GiftsForm(MakingForm, ExpiryForm, FilledMixin):
    """Gift codes."""

    name = fields.text(gettext_lazy("名前"), 60, help_text=gettext_lazy("事務局で使う名前です。"))
    takeable_until = fields.day(
        gettext_lazy("受け取れる最後の日"),
        required=False,
        help_text=gettext_lazy("空けると、期限なしです。"),
    )

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.add_parts(issuer)
        self.order_fields(
            [
                *("name", *self._emoneys, "rule", "expires_on", "months", "takeable_until"),
                *("count", "forms", "reason"),
            ]
        )


class CardsForm(MakingForm, PartsMixin):
    """Cards."""

    name = fields.text(gettext_lazy("名前"), 60, help_text=gettext_lazy("事務局で使う名前です。"))
    empty = fields.tick(
        gettext_lazy("空のカード"),
        help_text=gettext_lazy("0円のカードを作り、あとから入金するときに選びます。"),
    )
    expires_on = fields.day(
        gettext_lazy("使える最後の日"),
        required=False,
        help_text=gettext_lazy("空けると、期限なしです。"),
    )

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.add_parts(issuer)
        self.order_fields(
            ["name", *self._emoneys, "empty", "expires_on", "count", "forms", "reason"]
        )

    def clean(self) -> dict[str, Any]:
        """With value, or said to be without."""
        found = super().clean() or self.cleaned_data
        if self.parts() and found.get("empty"):
            self.add_error("empty", _("金額を入力したカードは、空のカードにはできません。"))
        elif not self.parts() and not found.get("empty") and not self.has_wrong_part():
            said = _("どの電子マネーも0円です。金額を入力するか、「空のカード」を選んでください。")
            self.add_error(None, said)
        return found
