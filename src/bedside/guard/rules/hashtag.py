"""Hashtags of several words that a screen reader cannot part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bedside.core.words import gettext
from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

LOWERED = Pattern(r"#[a-z0-9_\x02]{7,}\b|#[A-Z]{12,}\b|#[A-Z][a-z0-9]{11,}\b", cased=True)
MAX_TAGS = 6
TAG = Pattern(r"#[a-z0-9_\x02]{2,}")
_PARTS = frozenset(
    [
        "about",
        "aid",
        "all",
        "and",
        "art",
        "autism",
        "aware",
        "awareness",
        "baby",
        "be",
        "best",
        "blood",
        "body",
        "bone",
        "brain",
        "breast",
        "can",
        "cancer",
        "care",
        "chat",
        "child",
        "children",
        "clinic",
        "covid",
        "cure",
        "day",
        "dental",
        "diabetes",
        "doctor",
        "donor",
        "drug",
        "early",
        "family",
        "fit",
        "fitness",
        "flu",
        "for",
        "free",
        "get",
        "girl",
        "give",
        "good",
        "gut",
        "hands",
        "happy",
        "have",
        "health",
        "healthy",
        "heart",
        "help",
        "hero",
        "heroes",
        "home",
        "hope",
        "hospital",
        "in",
        "is",
        "it",
        "kids",
        "know",
        "learn",
        "life",
        "live",
        "love",
        "lung",
        "mask",
        "me",
        "med",
        "medicine",
        "men",
        "mental",
        "mind",
        "mom",
        "moms",
        "month",
        "my",
        "nation",
        "national",
        "news",
        "nurse",
        "nurses",
        "nursing",
        "nutrition",
        "of",
        "on",
        "one",
        "our",
        "out",
        "patient",
        "pink",
        "pledge",
        "prevention",
        "pride",
        "public",
        "ready",
        "red",
        "risk",
        "run",
        "safe",
        "safety",
        "save",
        "screening",
        "self",
        "sex",
        "shot",
        "shots",
        "sick",
        "skin",
        "sleep",
        "smile",
        "smoke",
        "smoking",
        "social",
        "stay",
        "stop",
        "story",
        "stroke",
        "strong",
        "talk",
        "team",
        "the",
        "this",
        "time",
        "tip",
        "tips",
        "to",
        "today",
        "together",
        "tuesday",
        "monday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "up",
        "us",
        "vaccine",
        "vaccines",
        "vax",
        "walk",
        "wash",
        "water",
        "we",
        "wear",
        "week",
        "well",
        "wellness",
        "wellbeing",
        "what",
        "with",
        "women",
        "womens",
        "work",
        "world",
        "year",
        "you",
        "your",
    ]
)


@cache
def _parted(tag: str) -> tuple[str, ...] | None:
    """The words a lower-case tag is made of, or None if it cannot be parted into known ones."""
    if not tag:
        return ()
    for size in range(min(len(tag), 12), 1, -1):
        if tag[:size] in _PARTS:
            rest = _parted(tag[size:])
            if rest is not None:
                return (tag[:size], *rest)
    return None


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(LOWERED):
        tag = (match.group() or b"")[1:41].decode().lower()
        parts = _parted(tag)
        if parts is not None and len(parts) > 1:
            yield Hit(
                match.start(), match.end(), suggestion="#" + "".join(part.capitalize() for part in parts)
            )
    tags = reading.find(TAG)
    if len(tags) > MAX_TAGS:
        yield Hit(
            tags[MAX_TAGS].start(),
            tags[-1].end(),
            message=gettext("More than %(most)d hashtags are tiring to listen to.") % {"most": MAX_TAGS},
        )


RULE = Rule(
    id="clarity.hashtag",
    title=_("Hashtags that cannot be read aloud"),
    explanation=_("A screen reader parts a hashtag at its capitals: write each word with one."),
    source="HHS Section 504 (45 CFR 84.84); WCAG 2.1 3.1.5 (advisory)",
    category=Category.CLARITY,
    severity=Verdict.NOTE,
    message=_("Start every word of a hashtag with a capital so that screen readers can part it."),
    check=check,
    examples=("#breastcancerawareness",),
    patterns=(LOWERED, TAG),
    kinds=("post", "reply"),
)
