"""Fields of the console's forms, in the theme's dress."""

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

from hansatsu.identity.fields.typed import seen, seen_lines
from hansatsu.issuers.fields import check_english

Choices = Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]]
DAY = "%Y-%m-%d"
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
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return Typed(label=label, max_length=longest, required=required, widget=widget, **more)


def secret(label: Any, longest: int, **more: Any) -> forms.CharField:
    """What nobody may read from the screen; it is never sent back."""
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=longest, widget=widget, **more)


def number(
    label: Any, least: int, most: int, *, required: bool = True, **more: Any
) -> forms.IntegerField:
    """A whole number."""
    widget = UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, widget=widget, **more
    )


def choice(label: Any, choices: Choices = (), **more: Any) -> forms.ChoiceField:
    """One of several, in a list to open."""
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget(), **more)


def radio(label: Any, choices: Choices = (), **more: Any) -> forms.ChoiceField:
    """One of few, all in sight."""
    return forms.ChoiceField(
        label=label, choices=choices, widget=UnfoldAdminRadioSelectWidget(), **more
    )


def several(label: Any, choices: Choices = (), **more: Any) -> forms.MultipleChoiceField:
    """Any of them."""
    widget = UnfoldAdminCheckboxSelectMultipleWidget()
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, **more)


def tick(label: Any, **more: Any) -> forms.BooleanField:
    """Yes or no."""
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanWidget(), **more)


def file(label: Any, accept: str, **more: Any) -> forms.FileField:
    """A file of the kinds named in ``accept``."""
    widget = UnfoldAdminFileFieldWidget(attrs={"accept": accept})
    return forms.FileField(label=label, widget=widget, max_length=200, **more)


def day(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """A day, by the browser's own calendar."""
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    widget.input_type = "date"
    return forms.DateField(
        label=label, required=required, widget=_formatted(widget, DAY), input_formats=[DAY], **more
    )


def moment(label: Any, *, required: bool = True, **more: Any) -> forms.DateTimeField:
    """A day and a time in Japan."""
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
