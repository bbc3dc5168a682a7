"""Django settings; everything a deployment may change is an environment variable.

Without DATABASE_URL and REDIS_URL the servers of `crmquality.embedded` serve, and
secrets are generated into the var folder.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

from crmquality import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("CRMQUALITY_VAR") or BASE_DIR / "var").absolute()


def env_bool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, str(default))
    if value not in ("True", "False"):
        raise ValueError(f"{name} must be True or False, not {value!r}.")
    return value == "True"


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


SECRET_KEY = os.environ.get("SECRET_KEY") or embedded.secret(VAR_DIR, "secret_key")
DEBUG = env_bool("DEBUG")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "health_check",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "crmquality",
    "crmquality.office",
    "customers",
    "surveys",
    "complaints",
    "scoring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crmquality.office.middleware.language_of_member",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "crmquality.middleware.admin_scripts",
    "django_htmx.middleware.HtmxMiddleware",
    "crmquality.office.middleware.HistoryOfMembers",
]

ROOT_URLCONF = "crmquality.urls"
WSGI_APPLICATION = "crmquality.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "crmquality.office.context.office",
            ],
        },
    }
]

if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.config(conn_max_age=600, conn_health_checks=True)}
else:
    DATABASES = {"default": embedded.database(VAR_DIR)}  # type: ignore[dict-item]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if os.environ.get("REDIS_URL"):
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}
    }
else:
    CACHES = {"default": embedded.cache(VAR_DIR)}
CELERY_BROKER_URL = os.environ.get("REDIS_URL") or embedded.broker_url(VAR_DIR)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Workers that score one night together, its driver included.
EVALUATION_WORKERS = int(os.environ.get("EVALUATION_WORKERS") or os.cpu_count() or 1)

AUTH_USER_MODEL = "office.Member"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "crmquality.office.accounts.ClosedSignup"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "crmquality" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "crmquality.assets.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
# The largest file that is kept with a customer.
ATTACHMENT_MEGABYTES = int(os.environ.get("ATTACHMENT_MEGABYTES", "20"))
# Where other programs put files to import.
WATCHED_FOLDER = Path(os.environ.get("WATCHED_FOLDER") or VAR_DIR / "inbox").absolute()

# Without a mail server nothing is mailed, and the page where members choose says so.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "crmquality@localhost")
# Where links in mails lead.
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
# The mailbox that complaints come to, and the secret by which its server hands mails in; without them none come in.
COMPLAINTS_ADDRESS = os.environ.get("COMPLAINTS_ADDRESS", "")
COMPLAINTS_MAIL_SECRET = os.environ.get("COMPLAINTS_MAIL_SECRET", "")
# The secret by which a mail server reports survey mails that came back; without it none are reported.
SURVEYS_MAIL_SECRET = os.environ.get("SURVEYS_MAIL_SECRET", "")
# For trying webhooks out on one machine; never in a deployment.
WEBHOOKS_TO_THIS_MACHINE = env_bool("WEBHOOKS_TO_THIS_MACHINE")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "base-uri": [SELF],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "crmquality.office.api.access.ByToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["crmquality.office.api.access.MemberMay"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crmquality.lib.rest.parsing.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "crmquality.lib.rest.paging.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "crmquality.lib.rest.throttling.AnonymousThrottle",
        "crmquality.lib.rest.throttling.MemberThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anonymous": os.environ.get("API_RATE_ANONYMOUS", "60/min"),
        "member": os.environ.get("API_RATE_MEMBER", "600/min"),
    },
    "DEFAULT_SCHEMA_CLASS": "crmquality.lib.rest.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "crmquality.lib.rest.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    # Whose address counts for those who are not logged in.
    "NUM_PROXIES": int(env_bool("HTTPS")),
}
KNOX_TOKEN_MODEL = "office.ApiToken"  # noqa: S105 (a model, no password)
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "crmq_"}
# Its only table is office.ApiToken instead.
MIGRATION_MODULES = {"knox": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "crmquality",
    "DESCRIPTION": "Customers, their records, and how good the relationship with them is.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "CaseChannel": "complaints.models.Channel",
        "CaseKind": "complaints.models.Kind",
        "CaseOutcome": "complaints.models.Outcome",
        "CaseStatus": "complaints.models.Status",
        "ClockKind": "complaints.models.ClockKind",
        "MessageDirection": "complaints.models.CaseMessage.Direction",
        "Channel": "customers.models.Channel",
        "CustomerStatus": "customers.models.CustomerStatus",
        "ModelStatus": "scoring.models.EvaluationModel.Status",
        "OrderStatus": "customers.models.Order.Status",
        "Outcome": "customers.models.Opportunity.Outcome",
        "QuestionKind": "surveys.models.Kind",
        "RunStatus": "scoring.models.Run.Status",
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# HTTPS=True says that a proxy in front of the site ends TLS.
HTTPS = env_bool("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"links": {"()": "django.utils.log.CallbackFilter", "callback": "ext://crmquality.logs.without_links"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["links"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
