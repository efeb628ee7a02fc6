"""Django's settings. Everything that differs between installations comes from the environment.

What each variable means: docs/runbooks/deploy.md.
"""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from django.templatetags.static import static
from django.utils.csp import CSP

from hansatsu.config import environment
from hansatsu.system.cookie_names import host_name

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- from the environment ---------------------------------------------------------------

BIRTH = environment.birth()
SITE_URL = environment.site_url()
SECRET_KEY = environment.secret("SECRET_KEY", "50 random characters; signs cookies and tokens")
FIELD_KEYS = environment.secrets("FIELD_KEYS", "keys that encrypt secrets in the database")
PAY_CODE_MASTER_KEY = environment.secret("PAY_CODE_MASTER_KEY", "the key pay codes come from")
PAGE_THREADS = environment.number("PAGE_THREADS", 4)
DATABASES = {"default": environment.database(connections=PAGE_THREADS + 4)}  # the worker has more
MAILERS = {"default": environment.mailer()}
TRUSTED_PROXIES = environment.proxies()
WEBHOOK_NETWORKS = environment.networks(
    "WEBHOOK_NETWORKS", default="" if BIRTH == "live" else "127.0.0.0/8,::1/128"
)

HAS_DEMO_PAGES = BIRTH in {"demo", "test"}
_is_https = SITE_URL.startswith("https://")
_host = urlsplit(SITE_URL).hostname or ""

# --- parts ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "hansatsu.ledger",
    "hansatsu.parties.issuers",
    "hansatsu.parties.programs",
    "hansatsu.parties.shops",
    "hansatsu.parties.wallets",
    "hansatsu.parties.identity",
    "hansatsu.parties.cards",
    "hansatsu.parties.gifts",
    "hansatsu.flows.payments",
    "hansatsu.messages.webhooks",
    "hansatsu.flows.charging",
    "hansatsu.flows.printouts",
    "hansatsu.flows.settlement",
    "hansatsu.flows.reminders",
    "hansatsu.messages.mail",
    "hansatsu.messages.relay",
    "hansatsu.flows.support",
    "hansatsu.web",  # before the theme, of which it replaces a few templates
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    *(["hansatsu.demo"] if HAS_DEMO_PAGES else []),
]

MIDDLEWARE = [
    "hansatsu.config.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hansatsu.web.shared.cookies.FormerNamesSessionMiddleware",
    "hansatsu.web.shared.language.LanguageMiddleware",
    "hansatsu.web.shared.body_limit.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hansatsu.web.shared.busy.BusyMiddleware",
]

ROOT_URLCONF = "hansatsu.config.urls_demo" if HAS_DEMO_PAGES else "hansatsu.config.urls"
WSGI_APPLICATION = "hansatsu.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted((BASE_DIR / "hansatsu/web/console").glob("*/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- time and language: Japan, and English beside it ------------------------------------

USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]  # message ids are Japanese: only English has a catalogue

# --- people -----------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.Staff"
SILENCED_SYSTEM_CHECKS = ["auth.E003"]  # a login ID is one account's in its issuer (ADR 0130)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
SESSION_ENGINE = "hansatsu.parties.identity.session_store"
SESSION_COOKIE_NAME = host_name("hansatsu_session", is_https=_is_https)
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14  # seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _is_https
CSRF_COOKIE_NAME = host_name("hansatsu_csrf", is_https=_is_https)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _is_https
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "hansatsu.web.shared.stale.stale_page"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what a browser may do --------------------------------------------------------------

ALLOWED_HOSTS = [_host, "localhost", "127.0.0.1"]  # the last two: health checks on the machine
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "media-src": [CSP.SELF, "blob:"],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _is_https else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes
LARGEST_BODY = 6 * 1024 * 1024  # bytes of a request, files included; more is not read at all
API_RATE = environment.number("API_RATE", 100)  # calls a second that a terminal may make
BOLT_MAX_UPLOAD_SIZE = 64 * 1024  # bytes that the API reads at all

# --- the console's theme ----------------------------------------------------------------

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
UNFOLD = {
    "SITE_TITLE": "hansatsu.web.console.frame.menu.heading",
    "SITE_HEADER": "hansatsu.web.console.frame.menu.heading",
    "SITE_SUBHEADER": "hansatsu.web.console.frame.menu.subheading",
    "SITE_SYMBOL": "account_balance_wallet",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icon.svg")}
    ],
    "SCRIPTS": [lambda request: static("console/menu.js")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {  # the blue of the look, light to dark
            "50": "#eef3f9",
            "100": "#d9e4f1",
            "200": "#b6cbe3",
            "300": "#87a9cf",
            "400": "#5682b5",
            "500": "#37659b",
            "600": "#1d3a5c",
            "700": "#193350",
            "800": "#142a42",
            "900": "#102135",
            "950": "#0a1623",
        }
    },
    "ACCOUNT": {"navigation": "hansatsu.web.console.frame.menu.account"},
    "SIDEBAR": {"navigation": "hansatsu.web.console.frame.menu.navigation"},
}

# --- static files: named by their content, so a browser may keep them for ever ----------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # no collectstatic step: the files are in the package
WHITENOISE_ROOT = BASE_DIR / "hansatsu/web/root"  # what browsers ask for unasked: /favicon.ico
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[0-9A-Za-z_-]{8,}\.[a-z0-9]+$"

# --- logs -------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "hansatsu.config.json_log.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "procrastinate": {"level": "WARNING"},
    },
}
