"""Django's settings, computed from Bedside's own (`bedside.core.settings`, documented in docs/settings.md)."""

import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bedside.core import settings as own
from bedside.core.errors import Invalid

try:
    BEDSIDE = own.load(os.environ)
except Invalid as error:
    sys.exit(f"Bedside cannot start:\n{error.detail}")

HOME: Path = BEDSIDE["BEDSIDE_HOME"]
DEBUG = BEDSIDE["BEDSIDE_DEBUG"]


def _key_of_home() -> str:
    """The signing key in the data folder, made on first use, readable by its owner alone."""
    path = HOME / "secret.key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        path.with_suffix(".new").rename(path)
    return path.read_text().strip()


SECRET_KEY = BEDSIDE["BEDSIDE_SECRET_KEY"] or _key_of_home()

_base = urlsplit(BEDSIDE["BEDSIDE_URL"])
ALLOWED_HOSTS = [_base.hostname, "127.0.0.1", "localhost", "[::1]", *BEDSIDE["BEDSIDE_ALLOWED_HOSTS"]]
CSRF_TRUSTED_ORIGINS = [BEDSIDE["BEDSIDE_URL"]]


def database_of(address: str) -> dict[str, object]:
    """Django's entry for a DATABASE_URL; for SQLite in the data folder when it is empty."""
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "bedside.sqlite3",
            # IMMEDIATE: a writer waits its turn at the start and not in the middle; FULL: a power cut cannot
            # forget that a post was armed, which would send it a second time.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-8000"
                ),
            },
            "CONN_MAX_AGE": None,
        }
    url = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        "OPTIONS": {"connect_timeout": 5, "application_name": "bedside"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database_of(BEDSIDE["DATABASE_URL"])}
ON_POSTGRESQL = bool(BEDSIDE["DATABASE_URL"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *(["procrastinate.contrib.django"] if ON_POSTGRESQL else []),
    "bedside.audit",
    "bedside.vault",
    "bedside.jobs",
    "bedside.organization",
    "bedside.accounts",
    "bedside.media",
    "bedside.connections",
    "bedside.posts",
    "bedside.approvals",
    "bedside.publishing",
    "bedside.operations",
    "bedside.api",
    "bedside.web",
]

MIDDLEWARE = [
    "bedside.web.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bedside.web.signin.presence.Presence",
    "bedside.web.frame.ReaderZone",
    "bedside.web.refusals.Refusals",
]

ROOT_URLCONF = "bedside.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bedside.web.frame.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["bedside.accounts.backend.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "bedside.accounts.passwords.GuessableValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "bedside.web.signin.adapters.DoorAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# The link of an invitation was handed over by somebody who knows the person; there may be no mail server.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "bedside.web.signin.forms.SignInForm",
    "reauthenticate": "bedside.web.signin.forms.ConfirmForm",
}
# Wrong passwords and codes: so many from one address (a whole hospital may share one), and for one account.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "50/10m/ip,5/10m/key",
    "login": "60/m/ip",
    "reauthenticate": "20/m/user",
}
MFA_ADAPTER = "bedside.web.signin.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "bedside.web.signin.forms.CodeForm",
    "reauthenticate": "bedside.web.signin.forms.ConfirmCodeForm",
}
# In the database, so that the counts hold for all processes and outlive a restart.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "bedside_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
# `bedside serve` lays the files out first (bedside.server); tests and tools take them from the packages.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _base.scheme == "https"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if _base.scheme == "https" else 0
if BEDSIDE["BEDSIDE_TRUST_PROXY"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
