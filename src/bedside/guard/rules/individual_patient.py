"""One patient spoken of in public, named or not."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

OURS = Pattern(
    r"\b(?:my|this|that|these|our|one of (?:my|our)|another one of (?:my|our)|mi|nuestr[oa]|este|"
    r"esta|un[oa] de (?:mis|nuestr[oa]s)) (?:\d+ ?(?:st|nd|rd|th|pm|am|o'clock)? |(?:first|last|"
    r"next|favou?rite|sweet|young|old|oldest|youngest|smallest|tiniest|bravest|poor|crazy|difficult|"
    r"little|new|latest|last|late|morning|"
    r"long[ -]?time) )?(?:(?:dialysis|transplant|cancer|stroke|hospice|trauma|icu|nicu|er|cardiac|heart|"
    r"covid|burn|"
    r"oncology|surgical|dental|rehab|psych) )?(patients?|pacientes?|pt)\b(?: (\w+))?"
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
_PERSON = (
    r"(?:guy|lady|gentleman|man|woman|kid|boy|girl|baby|toddler|teen(?:ager)?|mom|mother|dad|father|"
    r"grandma|grandpa|"
    r"student|player|quarterback|patient|pt|nin[oa]|hombre|mujer|senora?)"
)
_CARED = (
    r"(?:saw|treated|saved|delivered|cared for|operated on|stitched|intubated|admitted|revived|"
    r"discharged|lost|atendi\w*)"
)
# One person in care, told by what happened there.
TOLD = Pattern(
    rf"\b(?:(?:our|the|my) (?:\w+ ){{0,2}}(?:er|ed|icu|nicu|team|unit|surgeons?|clinic|crew|doctors?|"
    rf"nurses?|staff)|we|i|hoy|ayer) "
    rf"(?:\w+ )?{_CARED} (?:a|an|this|that|one|un|una|him|her) (?:[\w\-]+ ){{0,3}}?(?:{_PERSON}|with|"
    rf"after|who)\b|"
    rf"\b(?:a|an|this|some|so a|una?) (?:[\w\-]+ ){{0,3}}?{_PERSON} (?:just |who )?(?:walks|walked|"
    rf"comes|came|rolled|limped|"
    rf"stumbled|rushed|showed|waltzed) (?:up |in|into)|"
    r"\b(?:surgeons?|doctors?|team|nurses?|staff|we) (?:saved|treated|revived|stitched up|operated on|"
    r"delivered) (?:him|her|his|them)\b|"
    r"\b(?:room|bed|bay) \d{1,4}[a-z]? (?:has|is|was|just|keeps?|hit|coded|wants|called|needs|pulled|"
    r"won't|asked|threw|still|and)\b|"
    r"\b(?:treated|saw|received|took in|admitted|care for) (?:the |\w+ )?(?:victims|survivors|"
    r"passengers) (?:of|from) (?:the|this|last|"
    r"yesterday's|today's|\w+day's)\b|"
    r"\b(?:is|was|are|were|being|be) (?:now |still |currently )?(?:(?:cared for|treated|recovering|"
    r"resting|monitored) )?(?:in|on|at) our "
    r"(?:\w+ ){0,2}(?:unit|icu|nicu|picu|er|ward|isolation|burn center|care|hospice)(?: (?:this|last|"
    r"since|for|right now|today|and)\b|[.!,])|"
    r"\b(?:he|she) (?:just |finally |has )?(?:beat|survived|rang|went home|is cancer[- ]free|"
    r"is in remission|got (?:his|her) new|"
    r"walked out|took (?:his|her) first|fought)\b|\brang the bell\b|"
    r"\b(?:resting|recovering|doing|healing) (?:\w+ )?(?:after|following|from) (?:his|her|"
    r"their) (?:\w+ ){0,2}(?:surgery|replacement|"
    r"transplant|bypass|operation|procedure|heart attack|stroke|fall|delivery)\b|"
    r"\bcongrat\w+ to (?:[\w.']+ ){1,5}on (?:their|her|his|the birth of) (?:\w+ ){0,2}(?:baby|twins|"
    r"triplets|son|daughter|newborn|"
    r"arrival|recovery|transplant|surgery|last chemo|clean scan|sobriety)\b|"
    r"\b(?:sober|clean|cancer[- ]free|in remission|pounds? (?:lighter|down)) (?:and \w+ )?(?:thanks to|"
    r"with the help of|because of) (?:our|us)\b|"
    r"\bborn at (?:only |just )?\d{2} weeks\b|\bcame back to (?:visit|see) (?:us|our|the)\b"
)
# Many people, or nobody in particular.
_MANY = (
    b"patients",
    b"people",
    b"anyone",
    b"if you",
    b"everyone",
    b"when a",
    b"imagine",
    b"volunteers",
    b"employee of",
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
    for match in reading.find(TOLD):
        sentence = reading.sentence_text(match.start())
        if not any(words in sentence for words in _MANY):
            yield Hit(match.start(), match.end(), severity=Verdict.BLOCK if reply else Verdict.REVIEW)
    for match in reading.find(EVENT):
        after = reading.lower[match.end() : match.end() + 12].split()
        if (match.group() or b"").startswith(b"patient testimonial") and reply:
            continue
        if after[:2] == [b"and", b"family"] or (after and after[0] in _GENERAL_WORD):
            continue
        yield Hit(match.start(), match.end(), severity=Verdict.BLOCK if reply else Verdict.REVIEW)


RULE = Rule(
    id="relationship.individual",
    title=_("Speaks of one patient"),
    explanation=_(
        "What happened to one patient can point at that patient, by the time, the place or the "
        "injury, even "
        "if no name is written. Speak of patients in general, or get an authorization."
    ),
    source="45 CFR 164.502(a), 164.514(b); ANA Principles for Social Networking",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message=_("This speaks of one patient; the story alone may show who it is."),
    check=check,
    examples=("My patient just made my day", "had a patient today who swallowed a key"),
    patterns=(OURS, EVENT, TOLD),
    kinds=("post", "reply"),
)
