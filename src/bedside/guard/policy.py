"""The organisation's own say: which rules count how much, and what of its own is never an identifier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import re2  # type: ignore[import-untyped]

from bedside.core.errors import Invalid
from bedside.core.words import gettext as _
from bedside.guard.folding import Folded
from bedside.guard.screening import Verdict

MAX_ENTRIES = 10_000
MAX_ENTRY_LENGTH = 300


def _only_known(data: object, known: Iterable[str], what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise Invalid(_("The %(what)s has to be a JSON object.") % {"what": what})
    names = frozenset(known)
    unknown = sorted(str(name) for name in data if name not in names)
    if unknown:
        raise Invalid(
            _("The %(what)s does not know %(names)s.") % {"what": what, "names": ", ".join(unknown)},
            fields=unknown,
        )
    return data


def _strings(value: object, name: str) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, (list, tuple, set, frozenset)):
        raise Invalid(_("%(name)s has to be a list of texts.") % {"name": name}, fields=[name])
    if len(value) > MAX_ENTRIES:
        raise Invalid(
            _("%(name)s has more than %(most)d entries.") % {"name": name, "most": MAX_ENTRIES}, fields=[name]
        )
    entries = []
    for entry in value:
        if not isinstance(entry, str) or not entry.strip() or len(entry) > MAX_ENTRY_LENGTH:
            raise Invalid(
                _("%(name)s may only hold texts of 1 to %(most)d characters.")
                % {"name": name, "most": MAX_ENTRY_LENGTH},
                fields=[name],
            )
        entries.append(entry.strip())
    return tuple(dict.fromkeys(entries))


@dataclass(frozen=True)
class Policy:
    """Which rules are off (`disabled`), which weigh differently (`severities`), whether a reviewer may be
    thanked at all, and the reading grade that public texts aim for."""

    disabled: frozenset[str] = frozenset()
    severities: tuple[tuple[str, Verdict], ...] = ()
    thanking_reviewers: bool = True
    target_grade: float = 8.0

    @cached_property
    def severity_of(self) -> dict[str, Verdict]:
        return dict(self.severities)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a policy from JSON data; raises Invalid naming what is wrong."""
        known = _only_known(data, (item.name for item in fields(cls)), "policy")
        severities = known.get("severities", {})
        if not isinstance(severities, Mapping) or len(severities) > MAX_ENTRIES:
            raise Invalid(_("severities has to be an object of rule and severity."), fields=["severities"])
        pairs = []
        for rule, severity in severities.items():
            if not isinstance(rule, str) or severity not in tuple(Verdict):
                raise Invalid(
                    _("severities: %(rule)r has to be one of pass, note, review, block.") % {"rule": rule},
                    fields=["severities"],
                )
            pairs.append((rule, Verdict(severity)))
        thanking = known.get("thanking_reviewers", True)
        if not isinstance(thanking, bool):
            raise Invalid(_("thanking_reviewers has to be true or false."), fields=["thanking_reviewers"])
        grade = known.get("target_grade", 8.0)
        if isinstance(grade, bool) or not isinstance(grade, (int, float)) or not 1 <= grade <= 20:
            raise Invalid(_("target_grade has to be a number from 1 to 20."), fields=["target_grade"])
        return cls(
            disabled=frozenset(_strings(known.get("disabled", ()), "disabled")),
            severities=tuple(sorted(pairs)),
            thanking_reviewers=thanking,
            target_grade=float(grade),
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "disabled": sorted(self.disabled),
            "severities": {rule: severity.value for rule, severity in self.severities},
            "thanking_reviewers": self.thanking_reviewers,
            "target_grade": self.target_grade,
        }


def _folded(text: str) -> bytes:
    return b" ".join(Folded(text).lower.split())


@dataclass(frozen=True)
class AllowList:
    """What belongs to the organisation itself and is therefore never an identifier: its telephone numbers
    and addresses on the web and in the street, its clinicians, its campaigns and public events."""

    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read an allow-list from JSON data; raises Invalid naming what is wrong."""
        names = [item.name for item in fields(cls) if item.init]
        known = _only_known(data, names, "allow-list")
        return cls(**{name: _strings(known.get(name, ()), name) for name in names})

    def as_data(self) -> dict[str, Any]:
        return {item.name: list(getattr(self, item.name)) for item in fields(self) if item.init}

    @cached_property
    def phone_digits(self) -> frozenset[bytes]:
        """The last ten digits of each telephone number."""
        found = (bytes(byte for byte in _folded(phone) if 48 <= byte <= 57) for phone in self.phones)
        return frozenset(digits[-10:] for digits in found if digits)

    @cached_property
    def domains(self) -> tuple[bytes, ...]:
        """The hosts of `urls`, without a leading `www.`; what follows the host does not matter."""
        hosts = []
        for url in self.urls:
            host = _folded(url).split(b"://")[-1].split(b"/")[0].split(b"@")[-1].split(b":")[0]
            hosts.append(host.removeprefix(b"www."))
        return tuple(host for host in hosts if host)

    @cached_property
    def _phrases(self) -> Any:
        """One expression for every phrase that may stand as it is; a clinician also by surname after Dr."""
        phrases = [
            b"#?" + rb"[\s.,]+".join(re2.escape(word) for word in _folded(entry).split())
            for entry in (*self.names, *self.sites, *self.places, *self.campaigns, *self.events)
            if _folded(entry)
        ]
        titles = {
            b"dr",
            b"dr.",
            b"prof",
            b"prof.",
            b"mr.",
            b"ms.",
            b"mrs.",
            b"rn",
            b"md",
            b"do",
            b"np",
            b"pa",
        }
        for name in self.names:
            words = [word.strip(b",.") for word in _folded(name).split(b",")[0].split()]
            words = [word for word in words if word and word not in titles and word + b"." not in titles]
            if words:
                phrases.append(rb"(?:dr|prof|doctor|doctora|nurse)\.?\s+" + re2.escape(words[-1]))
                phrases.append(rb"\s+(?:[a-z]\.?\s+)?".join(re2.escape(word) for word in words))
        if not phrases:
            return None
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.longest_match = True
        options.max_mem = 64 << 20
        return re2.compile(rb"\b(?:" + b"|".join(dict.fromkeys(phrases)) + rb")", options)

    def allowed(self, lower: bytes) -> list[tuple[int, int]]:
        """The stretches of a folded, lower-cased text that are the organisation's own."""
        phrases = self._phrases
        if phrases is None:
            return []
        return [
            match.span()
            for match in phrases.finditer(lower)
            if match.end() == len(lower) or not lower[match.end() : match.end() + 1].isalnum()
        ]
