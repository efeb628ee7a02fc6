"""What tests of mails use: a database of their own, since the outbox is one for all issuers.

Django is not loaded yet when this file is, so models are imported late.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.copies import DatabaseCopy
from tests.support.mail_server import MailServer

if TYPE_CHECKING:
    from tests.town import Town


@pytest.fixture
def town(database_copy: DatabaseCopy) -> "Iterator[Town]":
    """A town in a database of its own, with nothing owed."""
    from tests.support.own_database import django_on
    from tests.town import make_town

    with django_on(database_copy):
        yield make_town()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server, and Django sending to it."""
    from tests.support.mailing import mailing_to

    with MailServer() as server, mailing_to(server):
        yield server
