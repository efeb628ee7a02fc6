"""Files that are read and handed out."""

from django.http import HttpResponse

SHOWN = 100
"""Faults on the page; the others are counted."""


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
