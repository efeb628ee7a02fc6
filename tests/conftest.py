"""What every test may use: a real database, the running site, a real browser.

Nothing is rolled back and nothing is cleaned: the database is made for this run and thrown away
after it, and each test makes an issuer of its own. So tests see what production sees: commits,
locks and other connections.

The environment is set before Django is loaded, the server runs before the first test.
"""

import os
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from hansatsu.database.server import EmbeddedServer
from hansatsu.processes import environments
from hansatsu.processes.ports import free_port
from tests.support.browsers import Browsers, phone
from tests.support.clusters import NOT_DURABLE, furnish, new_home
from tests.support.copies import DatabaseCopy, copied
from tests.support.sites import Site, running_site

SERVER = pytest.StashKey[EmbeddedServer]()
APPLICATION = pytest.StashKey[dict[str, str]]()

LONGEST = (
    "test_console_pages",
    "test_settling_town",
    "test_own_town",
    "test_till",
    "test_register",
    "test_every_page",
    "test_account",
    "test_console_support",
    "test_till_certainty",
    "test_amounts",
    "test_login",
)
"""Files of the browser's tests that take longest, half a minute and more: they come first of these,
so that no process is left alone with one at the end."""

SITE_PORT = free_port()
MAIL_PORT = free_port()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and load Django, before test modules import models.

    Tests that run in several processes have a server each; the one that deals them out, none.
    """
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return
    home = new_home()
    site_url = f"http://localhost:{SITE_PORT}"
    email_url = f"smtp://127.0.0.1:{MAIL_PORT}"
    furnish(home)
    server = EmbeddedServer(home, "test", settings=NOT_DURABLE)
    server.start()
    config.stash[SERVER] = server
    config.stash[APPLICATION] = environments.application(server, site_url, email_url)
    os.environ |= environments.maintenance(server, site_url, email_url)
    # Playwright's driver keeps an event loop in this thread, which Django takes for asynchronous
    # code of ours
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS.append("testserver")  # as which Django's test client comes
    from tests.support.middleware import share_middleware

    share_middleware()
    config.pluginmanager.import_plugin("tests.support.fixtures")


def pytest_xdist_auto_num_workers() -> int:
    """One process of tests more than there are cores: each waits for its database server or its
    browser now and then (ADR 0241)."""
    return (os.process_cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the running site last: its worker would send other tests' mails. Browser tests
    after that: they take longest, and leave an event loop in the main thread."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, bool, int]:
    in_browser = "browser" in item.path.parts
    needs_site = in_browser or "site" in getattr(item, "fixturenames", ())
    place = LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)
    return needs_site, in_browser, place if in_browser else 0


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and throw its data away."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> EmbeddedServer:
    """The database server of this run, migrated; born as ``test``, so its clock can be shifted."""
    return pytestconfig.stash[SERVER]


@pytest.fixture(scope="session")
def application_environment(pytestconfig: pytest.Config) -> dict[str, str]:
    """The environment of a process of ours that works on the test database as the app."""
    return dict(pytestconfig.stash[APPLICATION])


@pytest.fixture
def app_connection(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A connection as the application's role, in autocommit."""
    with psycopg.connect(server.app_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner_connection(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A connection as the owner, in autocommit: to look at what the app may not see."""
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def clock_connection(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A connection as the role that may shift the ledger's clock, in autocommit.

    The clock is set right again after the test.
    """
    with psycopg.connect(server.clock_url, autocommit=True) as connection:
        yield connection
        connection.execute("SELECT ledger.set_clock_v1(NULL)")


@pytest.fixture
def database_copy(server: EmbeddedServer) -> Iterator[DatabaseCopy]:
    """An empty migrated database for this test alone: to corrupt, or to shift the clock of."""
    with copied(server) as copy:
        yield copy


@pytest.fixture
def client() -> Client:
    """Django's test client, without cookies."""
    return Client()


@pytest.fixture(scope="session")
def site(server: EmbeddedServer, application_environment: dict[str, str]) -> Iterator[Site]:
    """The site as it runs in the field: pages, worker and inbox, each a process.

    What the tests before it left to be mailed is nobody's: its worker would be busy with that.
    """
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'mail'")
        connection.execute(
            "UPDATE ledger.outbox SET relayed_at = clock_timestamp() WHERE relayed_at IS NULL"
        )
    with running_site(server, application_environment, SITE_PORT) as running:
        yield running


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    """Starts chromium, with whatever flags a test needs (a fake camera)."""
    with Browsers.running() as running:
        yield running


@pytest.fixture(scope="session")
def browser(browsers: Browsers) -> Browser:
    """Chromium without anything special."""
    return browsers.start()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh phone (360 × 740, Japanese) whose addresses start at the site."""
    with phone(browser, site.url) as opened:
        yield opened
