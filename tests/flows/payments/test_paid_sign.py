"""The sign that both screens show: the same for shop and minute, and nobody else's to tell."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.test import override_settings
from django.utils import translation

from hansatsu.flows.payments.paid_sign import COLOURS, MARKS, sign_of
from hansatsu.flows.payments.paid_sign_words import WORDS

MINUTE = datetime(2026, 4, 1, 12, 34, tzinfo=UTC)


def test_it_is_the_same_all_minute_long() -> None:
    assert sign_of(1, MINUTE) == sign_of(1, MINUTE + timedelta(seconds=59.999))
    assert sign_of(1, MINUTE).colour in COLOURS
    assert sign_of(1, MINUTE).mark in MARKS


def test_it_changes_with_shop_and_minute() -> None:
    minutes = [sign_of(1, MINUTE + timedelta(minutes=each)) for each in range(500)]
    shops = [sign_of(each, MINUTE) for each in range(500)]
    for signs in (minutes, shops):
        assert len(set(signs)) > 400
        assert len({sign.word for sign in signs}) > 50
        assert Counter(sign.colour for sign in signs).keys() == set(COLOURS)
        assert Counter(sign.mark for sign in signs).keys() == set(MARKS)


def test_it_cannot_be_told_without_the_key() -> None:
    here = [sign_of(1, MINUTE + timedelta(minutes=each)) for each in range(20)]
    with override_settings(SECRET_KEY="another key " * 5):
        there = [sign_of(1, MINUTE + timedelta(minutes=each)) for each in range(20)]
    assert sum(one == other for one, other in zip(here, there, strict=True)) <= 2


def test_words_are_many_and_distinct_in_both_languages() -> None:
    assert len(WORDS) >= 64
    assert len({word for word, _ in WORDS}) == len({english for _, english in WORDS}) == len(WORDS)
    for word, _ in WORDS:
        assert 2 <= len(word) <= 6
        assert all("\u3041" <= letter <= "\u30fc" for letter in word)


def test_it_is_read_in_ones_own_language() -> None:
    sign = sign_of(1, MINUTE)
    assert sign.local_word == sign.word
    with translation.override("en"):
        assert sign.local_word == sign.word_en
