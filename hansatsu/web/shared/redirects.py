"""On to another page."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """On to a page, with GET whatever came: a reload there sends nothing again."""

    status_code = 303
