"""``{% lines row.lines %}``: the list of ``drawn_lines``."""

from django import template

from hansatsu.web.shared.lines import drawn_lines

register = template.Library()
register.simple_tag(drawn_lines, name="lines")
