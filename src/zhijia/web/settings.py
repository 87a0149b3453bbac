"""Settings, all from the environment; `zhijia up` fills in what a laptop needs (docs/handbook/settings.md)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from zhijia.kernel import logs
from zhijia.web import secret
from zhijia.web.database import addresses

PACKAGE = Path(__file__).resolve().parent.parent


def _database(url: str) -> dict[str, Any]:
    """A Django connection from `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATA = Path(os.environ.get("ZHIJIA_DATA", Path.home() / ".local/share/zhijia")).resolve()
PRODUCTION = os.environ.get("ZHIJIA_PRODUCTION", "") == "1"
DEMO = os.environ.get("ZHIJIA_DEMO", "") == "1" and not PRODUCTION
DEBUG = False
SECRET_KEY = secret.key(DATA) or ("" if PRODUCTION else "development-only")
ALLOWED_HOSTS = os.environ.get("ZHIJIA_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ADDRESS = os.environ.get("ZHIJIA_ADDRESS", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")

DATABASES = {alias: _database(url) for alias, url in addresses.urls(DATA).items()}
DATABASE_ROUTERS = ["zhijia.web.database.router.Router"]

INSTALLED_APPS = [
    "zhijia.web",
    "zhijia.administration",
    "zhijia.appraisals",
    "zhijia.campaigns",
    "zhijia.auditing",
    "zhijia.dues",
    "zhijia.matters",
    "zhijia.registers",
    "zhijia.questionnaires",
    "zhijia.payments",
    "zhijia.assets",
    "zhijia.ledger",
    "zhijia.watches",
    "zhijia.registry",
    "zhijia.notices",
    "zhijia.accounts",
    "zhijia.files",
    "zhijia.vault",
    "zhijia.facts",
    "zhijia.rules",
    "zhijia.catalogue",
    "zhijia.audit",
    "zhijia.ui",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "ninja",
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["zhijia.accounts.backends.Accounts"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhijia.web.health.Health",
    "zhijia.web.middleware.RequestIds",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhijia.web.middleware.NoNulls",
    "zhijia.web.middleware.Acting",
]
ROOT_URLCONF = "zhijia.web.urls"
WSGI_APPLICATION = "zhijia.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "zhijia.web.pages.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "zhijia.ui.templatetags.ui"],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
FORMAT_MODULE_PATH = ["zhijia.ui.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "zhijia.accounts.sessions"
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "accounts:login"
SMS_ADAPTER = os.environ.get("ZHIJIA_SMS_ADAPTER", "zhijia.accounts.sms.DevelopmentAdapter")
# A province's single sign-on (OpenID Connect); off while no issuer is named.
OIDC_ISSUER = os.environ.get("ZHIJIA_OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = os.environ.get("ZHIJIA_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("ZHIJIA_OIDC_CLIENT_SECRET", "")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "zhijia.files.uploads.Bounded",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
CATALOGUE_OVERLAY = os.environ.get("ZHIJIA_CATALOGUE", "")
AUTHORITY_URL = os.environ.get("ZHIJIA_AUTHORITY_URL", "").rstrip("/")
BANK_URL = os.environ.get("ZHIJIA_BANK_URL", "").rstrip("/")
BANK_KEY = os.environ.get("ZHIJIA_BANK_KEY", "")
# Where the pictures of maps come from: nowhere, a folder with z/x/y.png, or addresses with {z}, {x}, {y}.
MAP_TILES = os.environ.get("ZHIJIA_MAP_TILES", "").strip()
MAP_CREDIT = os.environ.get("ZHIJIA_MAP_CREDIT", "")
MAP_APPROVAL = os.environ.get("ZHIJIA_MAP_APPROVAL", "")
KEYS = os.environ.get("ZHIJIA_KEYS", "") or str(DATA / "keys.json")
KEYS_IN_FILE = os.environ.get("ZHIJIA_KEYS_IN_FILE", "") == "1"
KEY_PROVIDER = os.environ.get("ZHIJIA_KEY_PROVIDER", "")

LOGGING = logs.configuration()
