"""One patient spoken of in public, named or not."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

OURS = Pattern(
    r"\b(?:my|this|that|these|our|one of (?:my|our)|another one of (?:my|our)|mi|nuestr[oa]|este|"
    r"esta|un[oa] de (?:mis|nuestr[oa]s)) (?:\d+ ?(?:st|nd|rd|th|pm|am|o'clock)? |(?:first|last|"
    r"next|favou?rite|sweet|young|old|poor|crazy|difficult|little|new|latest|last|late|morning|"
    r"long[ -]?time) )?(patients?|pacientes?|pt)\b(?: (\w+))?"
)
EVENT = Pattern(
    r"\b(?:my|our) (?:\d{1,2}(?::\d\d)? ?(?:o'clock|am\b|pm\b|a\.m\.|p\.m\.)|(?:first|last|next|"
    r"morning|afternoon|late) (?:case|appointment)\b)|"
    r"\b(?:had|saw|see|treated|treating|lost|met|got|have|with|seen|admitted|discharged|sedated|"
    r"restrained) (?:a|an|this|that|one|another|some) (?:\w+ ){0,3}(?:patient|pt|"
    r"paciente)\b(?: (?:today|yesterday|who|with|that|in|last|this|on|come|from|die|at|code|crash|"
    r"tonight))?"
    r"|\b(?:a|the|another|this|one) (?:\w+ )?(?:patient|pt)(?:'s \w+)? (?:came|come|told|said|"
    r"asked|walked|died|passed|coded|crashed|threw|refused|was|is (?:now|finally|still|restrained|"
    r"in (?:bed|room))|had|presented|complained|called|left|in (?:room|bed)|yelled|hit|bit|"
    r"punched|ended up|drove|got|arrived|overdosed|needed|lost|just|wanted|thought|kept|showed|"
    r"never|did|didn't|and (?:his|her))\b"
    r"|\b(?:the|a|my) (?:\w+ )?(?:guy|lady|woman|man|kid|girl|boy|drunk|gentleman) (?:in|from|w/|"
    r"with) (?:room|bed|bay|the er|icu|the icu|my (?:er|unit))\b"
    r"|\bpatient (?:testimonial|of the (?:month|week))\b"
)
_GENERAL_WORD = frozenset(
    b"""portal advocate advocates care safety experience relations rights family families services
    service access education representative representatives privacy information satisfaction
    financial support population community navigator navigators transport handbook guide bill line
    liaison coordinator assistance volumes volume outcomes stories story centered-care advisory
    council room rooms population data forms form survey surveys resources resource appreciation
    engagement first focused centered experience ombudsman group groups affairs concerns feedback
    confidentiality tower""".split()
)


def check(reading: Reading) -> Iterator[Hit]:
    reply = reading.kind == "reply"
    for match in reading.find(OURS):
        noun, follower = match.group(1) or b"", match.group(2) or b""
        words = (match.group() or b"").split()
        if noun.endswith(b"s") and words[0] not in (b"one", b"another", b"uno", b"una"):
            continue
        if follower in _GENERAL_WORD or reading.lower[match.end(1) : match.end(1) + 1] in (b"-", b"'"):
            continue
        yield Hit(match.start(), match.end(1), severity=Verdict.BLOCK if reply else Verdict.REVIEW)
    for match in reading.find(EVENT):
        if (match.group() or b"").startswith(b"patient testimonial") and reply:
            continue
        yield Hit(match.start(), match.end(), severity=Verdict.BLOCK if reply else Verdict.REVIEW)


RULE = Rule(
    id="relationship.individual",
    title="Speaks of one patient",
    explanation="What happened to one patient can point at that patient, by the time, the place or the "
    "injury, even "
    "if no name is written. Speak of patients in general, or get an authorization.",
    source="45 CFR 164.502(a), 164.514(b); ANA Principles for Social Networking",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message="This speaks of one patient; the story alone may show who it is.",
    check=check,
    examples=("My patient just made my day", "had a patient today who swallowed a key"),
    patterns=(OURS, EVENT),
    kinds=("post", "reply"),
)
