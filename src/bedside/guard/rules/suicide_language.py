"""Words about suicide that hurt or invite imitation, and the words to use instead."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

COMMITTED = Pattern(r"\b(commit(?:s|ted|ting)?) suicide\b")
ATTEMPT = Pattern(
    r"\b(?:(?:un)?successful|failed) (?:suicide|suicide attempts?|attempt at suicide|"
    r"attempts? to (?:kill|take))\b"
)
EPIDEMIC = Pattern(
    r"\bsuicide (?:epidemic|outbreak|hot ?spot)\b|\b(?:killed|offed|hanged|hung|shot) (?:him|her|"
    r"them)self\b|\bkilled themselves\b"
)
METHOD = Pattern(
    r"\bsuicide by (?:hanging|overdose|gunshot|jumping|shooting|drowning|poison\w*|cutting|"
    r"train)\b|\b(?:suicide note|death by hanging)\b"
    r"|\b(?:jumped|hanged|shot|overdosed|slit)\b[^.!?]{0,40}\b(?:to (?:his|her|their) death|"
    r"suicide|end (?:his|her|their|it all))"
)
SPANISH = Pattern(r"\b(?:cometio|cometer|cometen|cometido) (?:un )?suicidio\b")

_INSTEAD = {
    b"committed": "died by suicide", b"commit": "die by suicide", b"commits": "dies by suicide",
    b"committing": "dying by suicide",
}  # fmt: skip


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(COMMITTED):
        yield Hit(match.start(), match.end(), suggestion=_INSTEAD.get(match.group(1) or b""))
    for match in reading.find(ATTEMPT):
        failed = not (match.group() or b"").startswith(b"successful")
        yield Hit(match.start(), match.end(), suggestion="suicide attempt" if failed else "death by suicide")
    for match in reading.find(EPIDEMIC):
        yield Hit(
            match.start(),
            match.end(),
            suggestion=None if b"epidemic" not in (match.group() or b"") else "rising suicide rates",
        )
    for match in reading.find(METHOD):
        yield Hit(
            match.start(), match.end(), severity=Verdict.REVIEW,
            message=_("Naming a method of suicide can lead others to imitate it; leave the method out."),
        )  # fmt: skip
    for match in reading.find(SPANISH):
        yield Hit(match.start(), match.end(), suggestion="murió por suicidio")


RULE = Rule(
    id="harm.suicide",
    title=_("Words about suicide"),
    explanation=_(
        "'Committed' makes suicide a crime, 'successful' makes it a success, and a method invites "
        "imitation. "
        "Say 'died by suicide', leave the method out, and give a line to call: 988 in the United States."
    ),
    source="reportingonsuicide.org recommendations; WHO, Preventing suicide: a resource for media "
    "professionals (2023)",
    category=Category.HARM,
    severity=Verdict.NOTE,
    message=_("These words about suicide can hurt; there are better ones."),
    check=check,
    examples=("He committed suicide last year", "a successful suicide"),
    patterns=(COMMITTED, ATTEMPT, EPIDEMIC, METHOD, SPANISH),
    kinds=("post", "reply"),
)
