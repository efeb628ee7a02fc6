"""The settings for tools that look at the code and touch no database: types, migrations drift.

They get made-up values where an installation has its own.
"""

import os

os.environ.update(
    DATABASE_URL="postgresql:///none?host=/nonexistent",
    SECRET_KEY="-" * 50,
    FIELD_KEYS="-" * 44,
    PAY_CODE_MASTER_KEY="-" * 44,
    EMAIL_URL="smtp://127.0.0.1:25",
    SITE_URL="http://localhost:8000",
    HANSATSU_BIRTH="demo",
)

from hansatsu.config.settings import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
