"""``{% load words %}``: the words of ``hansatsu.web.shared.words``, where templates look."""

from hansatsu.web.shared.words import register

__all__ = ["register"]
