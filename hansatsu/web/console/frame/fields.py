"""Fields of the console's forms, in the theme's dress."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from hansatsu.formats.typed import plain, seen, seen_lines
from hansatsu.parties.issuers.fields import check_english

ERRORS: dict[str, Any] = {
    "required": _("入力してください。"),
    "max_length": _("%(limit_value)d文字以内で入力してください。"),
    "invalid": _("もう一度、確かめて入力してください。"),
}
"""Django's sentences in our own voice."""
NUMBER_ERRORS = ERRORS | {
    "invalid": _("数字だけで、小数点を付けずに入力してください。"),
    "min_value": _("%(limit_value)s以上の数を入力してください。"),
    "max_value": _("%(limit_value)s以下の数を入力してください。"),
}
CHOICE_ERRORS = {
    "required": _("選んでください。"),
    "invalid_choice": _("一覧から選んでください。"),
    "invalid_list": _("一覧から選んでください。"),
}
DAY_ERRORS = ERRORS | {"invalid": _("日付を、2026-12-31のように入力してください。")}
MOMENT_ERRORS = ERRORS | {"invalid": _("日付と時刻を、どちらも入力してください。")}
FILE_ERRORS = {
    "required": _("ファイルを選んでください。"),
    "invalid": _("ファイルを選んでください。"),
    "missing": _("ファイルを選んでください。"),
    "empty": _("ファイルが空です。"),
    "max_length": _("ファイルの名前が長すぎます。短くしてください。"),
}

Choices = Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]]
DAY = "%Y-%m-%d"
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+")
OF_NUMBERS = re.compile(r"[-－0-9０-９,，\s]*")
"""What numbers are written with; ``plain`` would make 2 of ²."""
WHOLE = re.compile(r"-?[0-9]+")
MOMENT = "%Y-%m-%dT%H:%M"


class Typed(forms.CharField):
    """Text without characters that nobody sees; of several lines where its widget shows several."""

    def to_python(self, value: Any) -> str:
        """As it is kept."""
        several = isinstance(self.widget, forms.Textarea)
        clean = seen_lines if several else seen
        return super().to_python(clean(value) if isinstance(value, str) else value) or ""


def text(label: Any, longest: int, *, required: bool = True, **more: Any) -> forms.CharField:
    """A line of text."""
    more.setdefault("error_messages", ERRORS)
    widget = UnfoldAdminTextInputWidget(attrs=more.pop("attrs", None))
    return Typed(label=label, max_length=longest, required=required, widget=widget, **more)


def english(label: Any, longest: int, **more: Any) -> forms.CharField:
    """What something is called in English, for who has a name for it."""
    said = _("空けると、英語の画面にも日本語で表示されます。")
    return text(label, longest, required=False, validators=[check_english], help_text=said, **more)


def long_text(
    label: Any, longest: int, *, rows: int = 12, required: bool = True, **more: Any
) -> forms.CharField:
    """Paragraphs."""
    more.setdefault("error_messages", ERRORS)
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return Typed(label=label, max_length=longest, required=required, widget=widget, **more)


def secret(label: Any, longest: int, **more: Any) -> forms.CharField:
    """What nobody may read from the screen; it is never sent back."""
    more.setdefault("error_messages", ERRORS)
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=longest, widget=widget, **more)


class Whole(forms.IntegerField):
    """A whole number, as people write it: with commas between thousands, full-width digits. What
    is no whole number stays what it is: 12.5 is no 125."""

    def to_python(self, value: Any) -> int | None:
        """As it is kept."""
        if not isinstance(value, str):
            return super().to_python(value)
        text = plain(value) if OF_NUMBERS.fullmatch(value) else value
        if THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        if text and not WHOLE.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


def number(
    label: Any, least: int, most: int, *, required: bool = True, **more: Any
) -> forms.IntegerField:
    """A whole number."""
    more.setdefault("error_messages", NUMBER_ERRORS)
    widget = UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"})
    return Whole(
        label=label, min_value=least, max_value=most, required=required, widget=widget, **more
    )


def choice(label: Any, choices: Choices = (), **more: Any) -> forms.ChoiceField:
    """One of several, in a list to open."""
    more.setdefault("error_messages", CHOICE_ERRORS)
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget(), **more)


def radio(label: Any, choices: Choices = (), **more: Any) -> forms.ChoiceField:
    """One of few, all in sight."""
    more.setdefault("error_messages", CHOICE_ERRORS)
    return forms.ChoiceField(
        label=label, choices=choices, widget=UnfoldAdminRadioSelectWidget(), **more
    )


def several(label: Any, choices: Choices = (), **more: Any) -> forms.MultipleChoiceField:
    """Any of them."""
    more.setdefault("error_messages", CHOICE_ERRORS)
    widget = UnfoldAdminCheckboxSelectMultipleWidget()
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, **more)


def tick(label: Any, **more: Any) -> forms.BooleanField:
    """Yes or no."""
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanWidget(), **more)


def file(label: Any, accept: str, **more: Any) -> forms.FileField:
    """A file of the kinds named in ``accept``."""
    more.setdefault("error_messages", FILE_ERRORS)
    widget = UnfoldAdminFileFieldWidget(attrs={"accept": accept})
    return forms.FileField(label=label, widget=widget, max_length=200, **more)


def day(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """A day, by the browser's own calendar."""
    more.setdefault("error_messages", DAY_ERRORS)
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    widget.input_type = "date"
    return forms.DateField(
        label=label, required=required, widget=_formatted(widget, DAY), input_formats=[DAY], **more
    )


def moment(label: Any, *, required: bool = True, **more: Any) -> forms.DateTimeField:
    """A day and a time in Japan."""
    more.setdefault("error_messages", MOMENT_ERRORS)
    widget = UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"})
    widget.input_type = "datetime-local"
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=_formatted(widget, MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        **more,
    )


def _formatted(widget: Any, form: str) -> Any:
    """``widget`` that shows a date as its browser's field wants it."""

    def show(value: Any) -> Any:
        return value.strftime(form) if hasattr(value, "strftime") else value

    widget.format_value = show
    return widget


def add_errors(form: forms.Form, errors: dict[str, str]) -> None:
    """Mark fields with what a service found wrong; what is of no field stands on top."""
    for name, said in errors.items():
        form.add_error(name if name in form.fields else None, said)
