"""A reply that tells what happened, whatever it was.

A reviewer speaks of the past; a reply that answers with its own account of it confirms that there was one.
So in a reply every statement about what "you", "your son" or "we" did is looked at, but for the few things
that anybody who writes a comment has done: shared, felt, asked, reached out.
"""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.care_words import BODY, CONDITIONAL, EVENT, public_event
from bedside.guard.screening import Category, Verdict

_PAST = (
    r"(?:[a-z]+ed|came|went|had|got|took|gave|said|told|left|saw|spoke|met|knew|chose|brought|"
    r"paid|ate|drank|fell|felt|kept|made|"
    r"put|ran|sat|sent|slept|stood|thought|wore|wrote|began|broke|bought|caught|drove|forgot|"
    r"heard|held|hurt|lost|quit|read|"
    r"sought|understood|woke|withdrew|been|seen|taken|given|gone|done|known|shown|spoken|did|drew|"
    r"let|found|dealt|fought)"
)
_BETWEEN = (
    r"(?:(?:'ve|'d| haven't| hadn't| have not| had not| have| had| has| did| both| all| then|"
    r" also| only| never| ever| even| just| already| once| twice| both| \w+ly){0,3})"
)
YOU = Pattern(
    rf"\byou{_BETWEEN} ({_PAST}|were|was|did(?: not|n't))\b((?: [a-z']+)?(?: [a-z']+)?(?: [a-z']+)?)"
)
WE = Pattern(
    rf"\b(?:we|i|he|she|they|(?:nobody|no one|none of \w+)(?: here| at \w+| on \w+ \w+)?|"
    rf"our \w+(?: \w+)?|my \w+|the (?:doctor|nurse|dentist|hygienist|surgeon|staff|team|office|"
    rf"provider|front desk)|dr\.? \w+|who){_BETWEEN} "
    rf"({_PAST})(?: \w+){{0,3}}? you\b"
)
CLINICAL = Pattern(
    rf"\b(?:we|i|dr\.? \w+|our (?:\w+ )?(?:team|staff|doctors?|dentists?|nurses?|surgeon|"
    rf"hygienist)){_BETWEEN} ({_PAST}) (?:\w+ ){{0,2}}?(?:the|an?|your|his|her|it|all|two|three|"
    rf"four|every|any) "
    rf"(?:\w+ )?(?:{EVENT}|stitches|sutures|tooth|teeth|cast|mole|lump|tumou?r|drain|catheter|"
    rf"infection|bleeding|antibiotics?|anesthesia|gown|bandage|dose)\b"
)
KIN = Pattern(
    r"\b(?:your|su|tu) (?:\w+ )?(?:daughters?|sons?|wife|husband|mother|father|mom|mum|dad|"
    r"grand(?:mother|father|ma|pa|son|daughter)|sister|brother|aunt|uncle|twins|fiancee?|"
    r"hij[oa]s?|bebe|espos[oa]|madre|padre|mama|papa|abuel[oa]|herman[oa])\b"
)
SAID = Pattern(
    r"\bas (?:we |was |i )?(?:discussed|explained|agreed|told|mentioned)(?: \w+){0,2} (?:with|to|"
    r"at|in|during|by)\b|\byou not \w+ing\b|\bnot (?:in|on) our (?:\w+ )?(?:database|system|list|"
    r"books|records|files|schedule)\b|\bhow you (?:were|behaved|acted|treated)\b"
)
WARM = Pattern(
    r"\b(?:pleasure|privilege|honou?r|joy|nice|great|lovely|wonderful|good|glad|happy|fun|"
    r"blessing|gusto|placer|alegria) (?:to (\w+)|(\w+ing)|\w+l[oae]s?\b)(?: \w+){0,3}?(?: you\b|"
    r" en nuestr| en la | en el |$|[.!,])"
)
THERE = Pattern(
    rf"\b(?:was|were|been|sat|stayed|am|are) (?:right )?(?:with|beside|next to) you\b|"
    rf"\bas your (?:dentist|doctor|nurse|surgeon|therapist|midwife|physician|provider|hygienist|"
    rf"pediatrician|care team|hospital|clinic|practice)\b"
    rf"|\byour (?:\w+ )?{BODY} (?:was|were|had|has|looked|healed|is (?:healing|healed|feeling|"
    rf"doing|looking)|did(?:n't| not))\b|\bhow far you(?:'ve| have) come\b|\b(?:appointment|visit|"
    rf"slot|opening|record|chart) for you\b"
    rf"|\b(?:he|she|el|ella) (?:\w+ly )?(?:did not|didn't|refused|wanted|declined|was (?:given|"
    rf"told|seen|treated|offered)|needed|received|had) (?:\w+ ){{0,3}}(?:{EVENT}|surgery|medicine|"
    rf"antibiotics?)\b"
    rf"|\bthe (?:first|second|third|last|initial|original|follow-up|previous|earlier|next|"
    rf"missed) {EVENT}\b|\bhop(?:e|ing) (?:that )?(?:the|your) (?:\w+ )?(?:medicine|medication|new|"
    rf"pain|swelling|stitches|antibiotics?|{EVENT}) \b"
    rf"|\b(?:in|on|from) (?:our|the|your) (?:clinical |medical |visit |office )?(?:notes|chart)\b|"
    rf"\bglad to see you\b"
)
STANDING = Pattern(
    r"\byou(?:'re| are) (?:now |still |currently |already )?(?:past due|overdue|in collections|"
    r"scheduled|due for|allergic|diabetic|pregnant|on (?:\w+ )?medication|a no-show)\b"
    r"|\b(?:he|she) (?:was|is|had been) (?:\w+ly )?(?:seen|treated|admitted|discharged|examined|"
    r"given|told|diagnosed|prescribed)\b|\blook(?:ing|ed)? after (?:you|your)\b"
    r"|\b(?:i|we) (?:was|were) (?:\w+ ){1,5}that (?:night|day|morning|afternoon|evening)\b"
    r"|\b(?:sorry|apologi[sz]e|regret) (?:that )?(?:the|our|your) (?:hygienist|doctor|nurse|"
    r"dentist|receptionist|provider|surgeon|therapist|technician|assistant|front desk|pharmacist|"
    r"team|staff) (?:\w+ )?(?:was|were|did|made|kept|ran|had|forgot)\b"
    r"|\b(?:doctora?|enfermer[oa]|dentista|equipo|cirujan[oa]) (?:le|lo|la|les) \w+"
)
# Turns of phrase that only somebody who was there is given.
TURNS = Pattern(
    r"\b(?:talk(?:s|ed|ing)?|speaks?|spoke|raves?|brags?) (?:\w+ )?(?:about|of) you\b(?:[^r]|$)|"
    r"\b(?:a|such a|the) (?:real |true )?(?:treat|delight|highlight|joy|hoot|trooper|champ|rock ?star|"
    r"model patient)\b|"
    r"\b(?:having|have|seeing|see|get|getting|welcom\w+) you (?:and \w+ )?(?:back|in\b|on the schedule)|"
    r"\b(?:can't|cannot|can not) wait to (?:meet|see|have) (?:you|your|the|baby|little|him|her)\b|"
    r"\b(?:in|under|into) our care\b|\b(?:paid off|did the trick|worked wonders|worked its magic)\b|"
    r"\bfor you to (?:be \w+ed|wait|hurt)\b|\bthe (?:bill|charge|balance|invoice|claim) (?:\w+ )?(?:is|"
    r"was|came|has|had|reflects)\b|"
    r"\b(?:per|as per|from|going by|according to|checking|looking at|looking through|based on) (?:our|"
    r"the|my|your) "
    r"(?:\w+ )?(?:notes|records?|files?|charts?|logs?|timeline|system|schedule|paperwork|video|footage)\b|"
    r"\b(?:come|stop|swing|drop|pop) (?:back (?:in|to see us)|by|in) (?:(?:any ?time|tomorrow|today|"
    r"again) )?(?:and|so|for|to let)\b|"
    r"\b(?:survivor|warrior|fighter|trooper|rock ?star)\b|\bfeel better\b|\b(?:you'll|you will|you can) beat\b|"
    r"\b(?:in (?:our|my) (?:thoughts|prayers)|praying for)\b|\bput(?:ting)? (?:your|"
    r"so much) (?:\w+ )?(?:faith|trust)\b|"
    r"\bas (?:we|i|the \w+) (?:said|explained|discussed|told you|agreed|mentioned)\b|"
    r"\b(?:send|sent|sending) (?:you|him|her) home\b|"
    r"\b(?:fake|false|bogus|fraudulent|made[- ]up) (?:review|post|story)\b|\bcame up empty\b|"
    r"\b(?:see|seeing|have|having) (?:u|ya|y'all|you guys|you both|you all|you two)\b|"
    r"\bthank(?:s| you) for (?:speaking|talking|meeting|chatting) with (?:our|us|me|dr)\b|\bthat (?:day|"
    r"night|morning|afternoon|evening)\b|"
    r"\b(?:nos vemos (?:el|la|en|pronto|manana)|(?:la|lo|le|te) esperamos (?:el|la|en su|para)|mandan? saludos|"
    r"atenderse con|cuidar (?:de|a) su|no se quite)\b|"
    r"\b(?:did|done) (?:what|all|everything|the best) (?:it|we|they|he|she|that)\b|"
    r"\b(?:on|of) (?:that|the) (?:day|night|morning|afternoon|evening|date)(?: in question)?,? (?:we|"
    r"you|our|the|i)\b|"
    r"\b(?:through|in|on) (?:our|my|the) (?:doors?|chair|ward|floor|unit|table)\b(?: last| that|[.!,])"
)
SPANISH = Pattern(
    r"\b(?:usted|ud) (?:\w+ )?(?:vino|llego|recibio|estuvo|tuvo|dijo|firmo|pago|rechazo|pidio|"
    r"cancelo|falto|olvido|tomo|dejo|fue)\b|\b(?:encant\w+|gust[oa]\w*|placer|honor|alegria|alegr\w+) "
    r"(?:\w+ ){0,3}(?:tener|atender|ver|conocer|cuidar|acompanar|recibir|operar|tratar|"
    r"ayudar)(?:l[oa]s?|te)\b|\b(?:lo|la|le|los) (?:vimos|atendimos|llamamos|"
    r"tratamos|operamos|revisamos|explicamos|recetamos|dimos)\b"
)

# What everybody who writes a comment has done, or felt.
_INNOCENT = frozenset(
    b"""need feed indeed proceed succeed shared wrote written mentioned posted described raised felt
    reached contacted commented expressed noted reviewed rated reported expected deserved hoped
    wanted needed wished wondered asked enjoyed liked loved followed appreciated understood heard
    read noticed tagged messaged emailed voiced pointed took thought found replied responded valued
    thanked disappointed failed upset caused invited encouraged let assured promised interested
    concerned opened closed hired added expanded renovated moved built launched""".split()
)
_INNOCENT_AFTER = {
    b"were": (
        b"disappointed",
        b"upset",
        b"frustrated",
        b"unhappy",
        b"dissatisfied",
        b"not satisfied",
        b"not happy",
        b"made to feel",
        b"left feeling",
        b"unable to reach",
        b"let down",
        b"not heard",
        b"heard",
        b"affected",
        b"looking for",
        b"hoping",
        b"expecting",
    ),
    b"had": (
        b"a bad",
        b"a negative",
        b"a poor",
        b"a disappointing",
        b"a frustrating",
        b"this experience",
        b"a less",
        b"an unpleasant",
        b"concerns",
        b"questions",
        b"trouble",
        b"a hard",
        b"a difficult",
        b"such an experience",
        b"to experience",
        b"a great experience",
        b"a good experience",
        b"a positive experience",
        b"an experience",
        b"hoped",
        b"expected",
    ),
    b"been": (b"disappointed", b"upset", b"frustrated", b"through"),
    b"left": (b"a review", b"us a", b"this", b"such", b"a comment", b"feedback"),
    b"gave": (b"us feedback", b"us this", b"us a", b"feedback"),
    b"made": (
        b"us",
        b"you feel",
        b"your",
        b"you",
        b"our",
        b"my",
        b"a lot",
        b"a difference",
        b"so many",
        b"everyone",
        b"this",
        b"these",
        b"some",
    ),
    b"did": (
        b"not expect",
        b"not want",
        b"not like",
        b"not hear",
        b"not feel",
        b"not enjoy",
        b"not know",
        b"this",
    ),
    b"did not": (b"expect", b"want", b"like", b"hear", b"feel", b"enjoy", b"know", b"deserve", b"love"),
    b"didn't": (b"expect", b"want", b"like", b"hear", b"feel", b"enjoy", b"know", b"deserve", b"love"),
    b"sent": (
        b"you a message",
        b"you a direct",
        b"you a private",
        b"you a dm",
        b"you an email",
        b"us a",
        b"this",
        b"a message",
        b"you our",
    ),
    b"tried": (b"to reach", b"to call", b"to contact", b"calling", b"contacting", b"reaching"),
    b"brought": (b"this", b"to our"),
    b"said": (b"so", b"this", b"it"),
}
# "Everyone who comes through our doors" is nobody in particular.
_EVERYBODY = (b"everyone", b"anyone", b"everybody", b"every person", b"all who", b"whoever")
# "Nuestro equipo le agradece" tells nothing either.
_COURTEOUS = (
    b" da",
    b" dan",
    b" agradece",
    b" agradecen",
    b" puede",
    b" pueden",
    b" desea",
    b" desean",
    b" escucha",
)
# "Happy to talk with you" offers; it tells nothing.
_TALK = frozenset(
    b"""hear hearing speak speaking talk talking explain explaining help helping assist assisting
    discuss discussing connect connecting answer answering read reading listen listening work
    working call calling chat chatting look looking learn learning share sharing provide provided
    offer have having send sending give giving know make making show showing introduce""".split()
)
_OPEN = (
    *CONDITIONAL,
    b"if we",
    b"anything you",
    b"what you",
    b"unless you",
    b"once you",
    b"if there",
    b"we would have",
    b"may have",
    b"might have",
)
_INVITING = (
    b"bring",
    b"talk to",
    b"ask",
    b"help",
    b"for you and",
    b"protect",
    b"keep",
    b"happy mother",
    b"get",
    b"take",
)


def _open(reading: Reading, at: int) -> bool:
    sentence = b" ".join(reading.sentence_text(at).split())
    return any(words in sentence for words in _OPEN)


def _innocent(verb: bytes, after: bytes) -> bool:
    return verb in _INNOCENT or after.strip().startswith(_INNOCENT_AFTER.get(verb, (b"\xff",)))


def _addressed(words: bytes) -> bool:
    return words.endswith(b" you") or any(
        b"l" in word[-3:] and word[-1:] in b"oaes" for word in words.split()[1:2]
    )


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(YOU):
        if not _innocent(match.group(1) or b"", match.group(2) or b"") and not _open(reading, match.start()):
            yield Hit(match.start(), match.end(1))
    for pattern in (WE, CLINICAL):
        for match in reading.find(pattern):
            verb = match.group(1) or b""
            after = reading.lower[match.end(1) : match.end(1) + 20]
            if not _innocent(verb, after) and not _open(reading, match.start()):
                yield Hit(match.start(), match.end())
    for match in reading.find(KIN):
        before = reading.lower[max(0, match.start() - 18) : match.start()]
        if not any(words in before for words in _INVITING) and not _open(reading, match.start()):
            yield Hit(match.start(), match.end())
    for match in reading.find(WARM):
        if (match.group(1) or match.group(2) or b"atender") in _TALK or not _addressed(match.group() or b""):
            continue
        if public_event(reading.sentence_text(match.start())):
            continue
        if not _open(reading, match.start()):
            yield Hit(match.start(), match.end())
    for pattern in (SAID, STANDING, TURNS, SPANISH, THERE):
        for match in reading.find(pattern):
            if pattern is TURNS and any(
                words in reading.sentence_text(match.start()) for words in _EVERYBODY
            ):
                continue
            if not _open(reading, match.start()) and not (match.group() or b"").endswith(_COURTEOUS):
                yield Hit(match.start(), match.end())


_PATTERNS = (YOU, WE, CLINICAL, KIN, SAID, WARM, THERE, STANDING, TURNS, SPANISH)

RULE = Rule(
    id="relationship.told",
    title=_("Tells what happened"),
    explanation=_(
        "A reply that gives its own account of what somebody did, or of what was done for them, "
        "confirms that "
        "they were there. Speak of your policy, not of the past."
    ),
    source="45 CFR 164.502(a)",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message=_("This tells what happened with the person who wrote; speak of your policy instead."),
    check=check,
    examples=("You had a 3 pm slot and showed up at 3:40", "Your son was a delight"),
    patterns=_PATTERNS,
    kinds=("reply",),
    suggestion="We take every comment seriously. Please call our patient relations team so that we can "
    "listen.",
)
