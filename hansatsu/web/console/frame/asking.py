"""A page that asks before something is done: what it is about, what is to be filled in, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.page import site_context
from hansatsu.web.shared.redirects import SeeOther

LONGEST_REASON = 300


class ReasonForm(forms.Form):
    """Why. Every act that touches a person or money asks for it."""

    reason = fields.long_text(
        _("理由"),
        LONGEST_REASON,
        rows=3,
        help_text=_("操作の記録に残ります。あとで見る人にわかるように書いてください。"),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks.

    Attributes:
        title: what is to be done, as 利用を停止する.
        form: what is filled in.
        submit: the word on the button.
        back: the address of where it came from.
        lead: what will happen, in sentences.
        facts: what it is about: a name and a value each.
        danger: it cannot simply be undone.
    """

    title: str
    form: forms.Form
    submit: str
    back: str
    lead: str = ""
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    danger: bool = False


def ask(
    request: HttpRequest, question: Question, *, template: str = "ask", **more: Any
) -> HttpResponse:
    """The page; with what is wrong marked when something was sent. ``template`` may be another
    that begins with ``ask``'s, with ``more`` for it."""
    return show(
        request,
        template,
        status=422 if question.form.errors else 200,
        title=question.title,
        question=question,
        **more,
    )


def done(request: HttpRequest, said: str, to: str) -> HttpResponse:
    """On to ``to``, where it is said what was done."""
    messages.success(request, said)
    return SeeOther(to)


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page ``console/TEMPLATE.html`` under the theme."""
    page = {**site_context(request), **context}
    return render(request, f"console/{template}.html", page, status=status)
