"""The WSGI entrance, which granian's page processes import."""

import os
import signal

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from hansatsu.config.proxies import Application, behind
from hansatsu.system.parent import die_with_parent_if_asked

# a page process whose server was killed would keep the port and go on answering
die_with_parent_if_asked(signal.SIGKILL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansatsu.config.settings")
application: Application = get_wsgi_application()

# Load every page now: a file that changes on disk must not make one process differ from the next.
assert get_resolver().url_patterns

# Behind a proxy, the address that log-in tries are counted by is the one the proxy names.
application = behind(settings.TRUSTED_PROXIES, application)
