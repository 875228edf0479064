"""One settings file: environment variables with defaults that run on one machine.

Every variable and its default stands in .env.example and docs/engine.md.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django.conf.locale
import django_stubs_ext
import environ
from celery.schedules import crontab

from kemi_ecosystem.engine import home
from kemi_ecosystem.lib import translations

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TESTING = "pytest" in sys.modules
if TESTING:
    # Tests leave nothing in the portal's home and find nothing there.
    os.environ["PORTAL_HOME"] = tempfile.mkdtemp(prefix="kemi-test-")
PORTAL_HOME = home.portal_home()
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
CONTENT_DIR = BASE_DIR / "content" / "kemi"
UPLOADS_DIR = home.uploads_dir()

DEBUG = False
SECRET_KEY = home.secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
# A city names its hosts and stands behind TLS; a laptop does neither.
BEHIND_TLS = bool(ALLOWED_HOSTS)
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
PORTAL_URL = env.str("PORTAL_URL", default="") or (
    f"https://{ALLOWED_HOSTS[0]}" if BEHIND_TLS else f"http://127.0.0.1:{home.port()}"
)

INSTALLED_APPS = [
    "kemi_ecosystem",
    "kemi_ecosystem.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "heroicons",
    "accounts",
    "schools",
    "notifications",
    "support",
    "absences",
    "projects",
    "consultations",
    "wellbeing",
    "wilma",
    "dashboards",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Its random padding and Django's masked CSRF tokens keep lengths from telling anything.
    "django.middleware.gzip.GZipMiddleware",
    "kemi_ecosystem.middleware.refuse_control_characters",
    "kemi_ecosystem.middleware.explain_outages",
    "kemi_ecosystem.middleware.explain_what_is_only_pressed",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.end_old_sessions",
    "accounts.middleware.speak_their_language",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kemi_ecosystem.middleware.keep_personal_pages_out_of_caches",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kemi_ecosystem.urls"
WSGI_APPLICATION = "kemi_ecosystem.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "heroicons.templatetags.heroicons",
                "kemi_ecosystem.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboards.context.frame",
            ],
        },
    }
]
# Forms are drawn with templates/django/forms before Django's own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -----------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL")
    if env.str("DATABASE_URL", default="")
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": home.database_file()}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A writer waits its turn instead of failing (BEGIN IMMEDIATE), readers never wait (WAL), and a
    # notice that was written survives a power cut (synchronous FULL).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
            "PRAGMA cache_size=-32000;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PasswordBackend",
    "accounts.backends.TicketBackend",
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "dashboards:home"
LOGOUT_REDIRECT_URL = "dashboards:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# A session ends by itself: after a school day, or sooner when nobody has touched it.
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_IDLE_MINUTES = {"staff": 60, "guardian": 60, "pupil": 20}
# A school is one network address: four pupils' typos must not lock a teacher out (trust.md §a7).
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_SENSITIVE_PARAMETERS = ["password", "code"]
AXES_VERBOSE = False
# A lock opens by itself in a quarter of an hour; its rows are in no language of ours.
AXES_ENABLE_ADMIN = False

# --- the web --------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME = "__Host-kemi" if BEHIND_TLS else "kemi"
CSRF_COOKIE_NAME = "__Host-kemi-csrf" if BEHIND_TLS else "kemi-csrf"
CSRF_COOKIE_HTTPONLY = True
# Gone with the browser's window: nothing stays on a shared tablet.
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "kemi_ecosystem.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if BEHIND_TLS else []
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kemi_ecosystem.lib.staticfiles.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "kemi_ecosystem.lib.staticfiles.ManifestStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING
# Only a name with its contents' mark never changes; a `.min` is no mark.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.[^./]+$"
# Pictures the pages use beside those that the content pack names.
PORTAL_PICTOGRAMS = ["1F332", "1F41F", "1F4DA", "1F9D1-200D-1F3EB", "1F9F9"]
# Did it help? Five faces.
PORTAL_PICTOGRAMS += ["1F622", "1F641", "1F610", "1F642", "1F600"]

LANGUAGE_CODE = "fi"
# The staff's portal is Finnish. Families and pupils read theirs in their own language.
LANGUAGES = [
    ("fi", "suomi"),
    ("fi-selko", "selkosuomi"),
    ("sv", "svenska"),
    ("en", "English"),
    ("uk", "українська"),
    ("ar", "العربية"),
]
EXTRA_LANG_INFO = {
    "fi-selko": {
        "bidi": False,
        "code": "fi-selko",
        "name": "Plain Finnish",
        "name_local": "selkosuomi",
    }
}
django.conf.locale.LANG_INFO.update(EXTRA_LANG_INFO)
LOCALE_PATHS = [translations.compile_all(BASE_DIR / "locale", PORTAL_HOME / "locale")]
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True

# --- messages out ---------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = environ.Env.email_url_config(EMAIL_URL)
    vars().update({name: value for name, value in _mail.items() if name != "OPTIONS"})
    vars().update(_mail.get("OPTIONS", {}))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = home.mail_dir()
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Unilukkari <unilukkari@example.org>")

# --- the robot's clockwork ------------------------------------------------------------------
CELERY_BROKER_URL = home.broker_url()
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_connect_timeout": 3}
# Tests that want a real worker start one.
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_BEAT_SCHEDULE = {
    "unilukkari-ticks": {
        "task": "absences.tick",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "deliver-mail": {
        "task": "notifications.deliver",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "sweep-imports": {
        "task": "wilma.sweep",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "tell-of-the-week": {
        "task": "absences.tell_of_the_week",
        "schedule": crontab(hour=13, minute=0, day_of_week="mon-fri"),
        "options": {"expires": 3600},
    },
    "tell-contradictions": {
        "task": "absences.tell_contradictions",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 3600},
    },
    "remind-of-goals": {
        "task": "support.remind",
        "schedule": crontab(hour=7, minute=30, day_of_week="mon-fri"),
        "options": {"expires": 3600},
    },
    "purge-expired": {
        "task": "kemi_ecosystem.purge_expired",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "wishes": {
        "task": "wellbeing.tick",
        "schedule": crontab(hour=7, minute=0),
        "options": {"expires": 3600},
    },
    "pass-calls-on": {
        "task": "wellbeing.pass_calls_on",
        "schedule": 600.0,
        "options": {"expires": 540},
    },
    "consultation-hours": {
        "task": "consultations.tick",
        "schedule": 300.0,
        "options": {"expires": 240},
    },
}
# Up to this grade (and before school) guardians see the wishes that a child sent to the teacher;
# 0: guardians see none. The privacy page and the child's own page say so.
WISHES_GUARDIANS_UNTIL_GRADE = env.int("WISHES_GUARDIANS_UNTIL_GRADE", default=0)
# By this hour a school morning's round must have been walked; after it every staff page says so.
ROBOT_DUE_HOUR = 8
# A source that has brought nothing for this many school days is stale.
STALE_AFTER_SCHOOL_DAYS = 3

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        # A refused address may hold a personal link: it is not written down.
        "django.request": {"level": "ERROR", "handlers": ["console"], "propagate": False},
        "axes": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
