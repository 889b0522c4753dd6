"""Bedside's settings: each declared once, with its meaning; read from the environment, then from one
TOML file (`BEDSIDE_CONFIG`, by default `bedside.toml` in the data folder); checked at start."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bedside.core.errors import Invalid


@dataclass(frozen=True)
class Setting:
    """One setting: its environment name, how its text becomes a value, its default and what it means.

    In the TOML file the name is lower case, without `BEDSIDE_`.
    """

    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str

    @property
    def key(self) -> str:
        return self.name.removeprefix("BEDSIDE_").lower()


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return value

    return read


def _switch(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("yes or no")


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://desk.example.org")
    return text.rstrip("/")


def _database(text: str) -> str:
    if text and urlsplit(text).scheme not in {"postgres", "postgresql"}:
        raise ValueError("an address such as postgres://user:password@host/name, or empty for SQLite")
    return text


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


SETTINGS: tuple[Setting, ...] = (
    Setting("BEDSIDE_HOME", str, "./bedside-data", "Folder for the database, pictures and keys."),
    Setting(
        "BEDSIDE_CONFIG", str, "", "TOML file with settings; by default bedside.toml in the data folder."
    ),
    Setting("DATABASE_URL", _database, "", "PostgreSQL database; empty for SQLite in the data folder."),
    Setting(
        "BEDSIDE_URL",
        _url,
        "http://localhost:8000",
        "The address under which people reach the desk; with a name in it, since passkeys need one.",
    ),
    Setting(
        "BEDSIDE_ALLOWED_HOSTS",
        _words,
        "",
        "Further host names under which it is reached, with commas between.",
    ),
    Setting("BEDSIDE_SECRET_KEY", str, "", "Signs sessions and links; by default made in the data folder."),
    Setting(
        "BEDSIDE_VAULT_KEYS",
        _words,
        "",
        "Encrypts tokens, newest key first; by default made in the data folder.",
    ),
    Setting(
        "BEDSIDE_IDLE_MINUTES",
        _number(1, 1440),
        "30",
        "Minutes without a click until a person is signed out.",
    ),
    Setting(
        "BEDSIDE_LATENESS_MINUTES",
        _number(1, 1440),
        "10",
        "Minutes after its slot in which a post may still leave by itself; later, a person has to say so.",
    ),
    Setting(
        "BEDSIDE_NETWORK_SECONDS",
        _number(1, 120),
        "20",
        "Seconds until a network that does not answer is given up.",
    ),
    Setting(
        "BEDSIDE_SENDERS", _number(1, 64), "24", "How many deliveries are on their way at the same time."
    ),
    Setting(
        "BEDSIDE_STALL_SECONDS",
        _number(2, 3600),
        "30",
        "Seconds without a turn of the delivery loop, or of lag, after which /healthz answers 503.",
    ),
    Setting("BEDSIDE_UPLOAD_MEGABYTES", _number(1, 200), "15", "The largest picture that may be uploaded."),
    Setting(
        "BEDSIDE_TRUST_PROXY", _switch, "no", "Whether a proxy in front sets X-Forwarded-For and -Proto."
    ),
    Setting("BEDSIDE_DEBUG", _switch, "no", "Show tracebacks in the browser. Never on a desk in use."),
    Setting(
        "BEDSIDE_CLOCK_OFFSET",
        _number(-3.2e9, 3.2e9),
        "0",
        "Seconds by which Bedside's clock is shifted: for drills.",
    ),
)


def load(environment: Mapping[str, str]) -> dict[str, Any]:
    """Every setting's value by name.

    Raises `Invalid` with one line for each setting that cannot be used, an unknown name in the file included.
    """
    home = Path(environment.get("BEDSIDE_HOME") or "./bedside-data").expanduser()
    path = Path(environment.get("BEDSIDE_CONFIG") or home / "bedside.toml").expanduser()
    written: dict[str, Any] = {}
    wrong: list[str] = []
    if path.is_file():
        try:
            written = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            wrong.append(f"{path} cannot be read: {error}")
    elif environment.get("BEDSIDE_CONFIG"):
        wrong.append(f"BEDSIDE_CONFIG names {path}, which does not exist.")
    known = {setting.key for setting in SETTINGS}
    wrong += [f"{path}: there is no setting “{key}”." for key in written if key not in known]
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = environment.get(setting.name) or written.get(setting.key)
        text = (
            setting.default if raw is None else ",".join(map(str, raw)) if isinstance(raw, list) else str(raw)
        )
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            wrong.append(f"{setting.name} is “{text}”, but has to be {error}.")
    if wrong:
        raise Invalid("\n".join(wrong))
    values["BEDSIDE_HOME"] = home.resolve()
    return values
