"""Keeping the bank's statement: a line typed, lines of a file, a line taken back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.settlement.models import COMING_IN, GOING_OUT, BankLine, BankLineKind
from hansatsu.flows.settlement.reconciliation import lines
from hansatsu.flows.settlement.reconciliation.importing import HEADINGS, KINDS, Import, read_lines
from hansatsu.flows.settlement.reconciliation.lines import MOST, NewLine
from hansatsu.flows.settlement.reconciliation.words import kind_words
from hansatsu.formats.sheets.reading import LARGEST, ROWS, too_large
from hansatsu.formats.sheets.writing import XLSX, Sheet, sheets
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.files import SHOWN, download
from hansatsu.web.console.frame.lists import found
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.settlement.words import day_words, signed_yen

LIST = "settlement_bankline_changelist"
PAGE = "settlement_bankline_change"
COMES, GOES = "in", "out"


class LineForm(OnceForm):
    """A line as the bank prints it. The first one is what the account held."""

    day = fields.day(gettext_lazy("日付"))
    kind = fields.choice(gettext_lazy("種類"))
    yen = fields.number(gettext_lazy("金額(円)"), 0, MOST)
    way = fields.radio(
        gettext_lazy("入金か出金か"),
        lambda: [(COMES, _("入金")), (GOES, _("出金"))],
        initial=COMES,
        help_text=gettext_lazy("「その他」と「はじめの残高」だけで使います。"),
    )
    withheld = fields.number(
        gettext_lazy("決済代行が差し引いた手数料(円)"),
        0,
        MOST,
        required=False,
        help_text=gettext_lazy("決済代行からの入金のとき、差し引かれてから入金された手数料です。"),
    )
    text = fields.text(gettext_lazy("摘要"), 100, required=False)
    field_order = ("day", "kind", "yen", "way", "withheld", "text", "reason", "key")

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        is_first = lines.opening_of(issuer) is None
        kinds = [BankLineKind.OPENING] if is_first else [*KINDS.values()]
        self.fields["kind"].choices = [(each.value, kind_words(each)) for each in kinds]  # type: ignore[attr-defined]

    def line(self) -> NewLine:
        """What was typed; kinds that go one way alone go that way."""
        typed = self.cleaned_data
        kind = BankLineKind(typed["kind"])
        goes = kind in GOING_OUT or (kind not in COMING_IN and typed["way"] == GOES)
        yen = -typed["yen"] if goes else typed["yen"]
        return NewLine(typed["day"], kind, yen, typed["text"], typed["withheld"] or 0)


class FileForm(ReasonForm):
    """The bank's statement as a file."""

    file = fields.file(gettext_lazy("ファイル(.xlsx か .csv)"), ".xlsx,.csv")
    field_order = ("file", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Type a line."""
    form = LineForm(clerk.issuer, request.POST or None)
    is_first = lines.opening_of(clerk.issuer) is None
    if form.is_valid():
        line = form.line()
        refusal = lines.add(form.deed(clerk), clerk.staff, line, key=form.own_key())
        if not refusal:
            said = _("%(day)sの%(yen)sを登録しました。") % {
                "day": day_words(line.day),
                "yen": signed_yen(line.yen),
            }
            return done(request, said, console_url(LIST))
        name, said = line_refusal(refusal)
        form.add_error(name, said)
    lead = (
        _(
            "はじめに、口座を使い始めた日と、その日のはじめの残高を登録します。"
            "新しい口座なら0円です。明細は、この後で登録できます。"
        )
        if is_first
        else _("通帳やインターネットバンキングの明細を、1行ずつ登録します。")
    )
    title = _("口座の残高を登録する") if is_first else _("口座の明細を入力する")
    return ask(request, Question(title, form, _("登録する"), console_url(LIST), lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def import_file(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Keep all lines of a file, or say what is wrong with it."""
    form = FileForm(request.POST or None, request.FILES or None)
    result: Import | None = None
    if form.is_valid():
        result = _read(clerk.issuer, form.cleaned_data["file"])
        if not result.refused:
            deed = Deed(clerk.actor, form.cleaned_data["reason"])
            refusal = lines.add_all(deed, clerk.staff, result.lines, file=result.file)
            if not refusal:
                said = _("%(count)d行を登録しました。") % {"count": len(result.lines)}
                return done(request, said, console_url(LIST))
            result.error = line_refusal(refusal)[1]
    lead = _(
        "銀行の明細を、ひな形の列に合わせて読み込みます。"
        "1行でも誤りがあれば、1行も登録しません。同じ明細は、2度は登録しません。"
    )
    return show(
        request,
        "bank_line_import",
        status=422 if form.is_bound else 200,
        title=_("口座の明細をファイルから読み込む"),
        question=Question("", form, _("読み込む"), console_url(LIST), lead),
        form_file=console_url("bank_line_template"),
        kinds="、".join(KINDS),
        result=result,
        faults=[str(each) for each in result.faults[:SHOWN]] if result else [],
        more=max(0, len(result.faults) - SHOWN) if result else 0,
        most=ROWS,
    )


@require_safe
@for_clerks
def template(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The file to fill in, with the words for the kinds on a sheet of their own."""
    sheet = Sheet(
        "明細",
        HEADINGS,
        widths=(14, 14, 14, 20, 30, 24),
        blank=200,
        choices={3: ("種類", 0, len(KINDS))},
    )
    kinds = Sheet("種類", ["種類"], [[each] for each in KINDS])
    return download(sheets([sheet, kinds]), XLSX, f"{clerk.issuer.code}-bank-lines.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def reverse(request: HttpRequest, clerk: Clerk, line_id: int) -> HttpResponse:
    """Take a line back."""
    line = found(clerk, BankLine, line_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        refusal = lines.reverse(Deed(clerk.actor, form.cleaned_data["reason"]), clerk.staff, line)
        if not refusal:
            return done(request, _("取り消しました。"), console_url(LIST))
        form.add_error(None, line_refusal(refusal)[1])
    question = Question(
        title=_("口座の明細を取り消す"),
        form=form,
        submit=_("取り消す"),
        back=console_url(PAGE, line.pk),
        lead=_(
            "この行は残り、金額が反対の行が加わります。署名の済んだ月の行なら、"
            "次の月のはじめの日の行になります。"
        ),
        facts=[
            (_("日付"), day_words(line.day)),
            (_("種類"), kind_words(line.kind)),
            (_("金額"), signed_yen(line.yen)),
            (_("差し引かれた手数料"), yen_words(line.withheld)),
        ],
        danger=True,
    )
    return ask(request, question)


def line_refusal(refusal: str) -> tuple[str | None, str]:
    """The field that is wrong, and what is said of it."""
    said: dict[str, tuple[str | None, str]] = {
        "no_opening": (None, _("はじめに、口座の残高を登録してください。")),
        "second_opening": (None, _("はじめの残高は、もう登録してあります。")),
        "before_opening": ("day", _("はじめの残高の日より前です。")),
        "signed": ("day", _("この日の月は、署名が済んでいます。後の月の行にしてください。")),
        "to_come": ("day", _("まだ来ていない日です。")),
        "amount": ("yen", _("金額を確かめてください。")),
        "withheld": ("withheld", _("決済代行からの入金だけに書けます。")),
        "reversed": (None, _("この行は、もう取り消されているか、取消の行です。")),
        "needed": (None, _("ほかの明細があるうちは、はじめの残高を取り消せません。")),
        "known": (None, _("同じ明細がもうあります。")),
    }
    return said[refusal]


def _read(issuer: Issuer, file: Any) -> Import:
    return Import(error=too_large()) if file.size > LARGEST else read_lines(issuer, file.read())
