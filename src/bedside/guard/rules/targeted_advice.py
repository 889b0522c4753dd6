"""Advice or a diagnosis for one person, as opposed to education for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import health_source
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

PERSONAL = Pattern(
    r"\b(?:in your case|for your (?:specific |particular )?(?:situation|case|condition)|"
    r"(?:based on|from) (?:what you(?:'ve)? (?:described?|said|wrote|told|posted|shared)|"
    r"your (?:symptoms|description|photo|picture|results|post|comment|labs|history|numbers))"
    r"|(?:sounds|looks|seems) (?:a lot )?(?:like|as if|as though) (?:you(?:'ve got|'re having|"
    r" have got| have| may have| might have| could have| are having| got)|it(?:'s| is| could be|"
    r" might be| may be)) (?:(?:an?|the|some|mild|acute|classic|probably|just|bad|"
    r"severe) ){0,3}([a-z]+(?: [a-z]+)?)"
    r"|you(?:'ve)? (?:probably|likely|definitely|clearly|almost certainly|may well|might|"
    r"must)? ?(?:have|got) (?:an?|the) (?:\w+ )?(?:infection|virus|flu|tumou?r|fracture|sprain|"
    r"concussion|abscess|cavity|ulcer|hernia|allergy|blood clot|kidney stone|yeast infection|uti|"
    r"disorder|deficiency)"
    r"|your (?:\w+ ){0,2}(?:rash|cough|lump|mole|pain|headaches?|symptoms?|swelling|numbers?|"
    r"levels?|results?|bleeding|reading|condition|dizziness|fever) (?:is|are|sounds?|looks?|"
    r"seems?|suggests?|indicates?|means?|could be|might be|may be|points?) )"
)
DOSE = Pattern(
    r"\b(?:you (?:should|need to|ought to|could|can|must|may want to|might want to)|i(?:'d|"
    r" would)(?: suggest| recommend| advise)?(?: that)? ?(?:you)?|we(?:'d| would)? (?:suggest|"
    r"recommend|advise)(?: that)? you|try|just|go ahead and|please|your (?:doctor|child|son|"
    r"daughter) should) (?:\w+ )?"
    r"(?:stop(?:ping)? (?:taking|using|your|the)|start(?:ing)? (?:taking|on)?|increas(?:e|ing)|"
    r"decreas(?:e|ing)|reduc(?:e|ing)|doubl(?:e|ing)|skip(?:ping)?|switch(?:ing)? to|tak(?:e|ing)|"
    r"giv(?:e|ing)|us(?:e|ing)|add(?:ing)?|lower(?:ing)?|cut(?:ting)?|chang(?:e|ing)|"
    r"quit(?:ting)?|hold(?:ing)?)"
    r" (?:off )?(?:(?:your|the|her|his|him|them|an?|some|more|less|up|down|on|of|taking|using|"
    r"half|two|one|\d+|to|children's|over-the-counter|extra) ){0,4}"
    r"(?:\d+ ?(?:mg|ml|mcg|units?|tablets?|pills?|milligrams)|medication|meds?|medicine|dose|"
    r"dosage|insulin|metformin|lisinopril|ibuprofen|advil|motrin|tylenol|aspirin|acetaminophen|"
    r"benadryl|prednisone|steroids?|antibiotics?|amoxicillin|statins?|warfarin|blood thinners?|"
    r"prozac|zoloft|xanax|adderall|melatonin|antidepressants?|inhaler|levothyroxine|pills?|"
    r"tablets?|eliquis|gabapentin|opioids?|omeprazole|probiotics?|antihistamines?|zyrtec|"
    r"claritin)\b"
)
DIRECT = Pattern(r"^\s*(?:@[\w.\-]{1,60}|(?:hi|hello|hey|dear|hola) [a-z]{2,20})\b[ ,:]")
SPANISH = Pattern(
    r"\b(?:en su caso|en tu caso|(?:usted|tu) (?:debe|deberia|debes|tiene que) (?:dejar de tomar|"
    r"tomar|aumentar|reducir|suspender|empezar)|(?:parece|suena como) que (?:usted )?(?:tiene|"
    r"tienes|padece)|deje de tomar (?:su|el|la)|tome \d+ ?mg)"
)
HEALTH = Pattern(health_source())
_NOT_ILL = (
    b"a really",
    b"a difficult",
    b"a hard",
    b"a rough",
    b"a tough",
    b"a great",
    b"a lot",
    b"a question",
    b"questions",
    b"concerns",
    b"a bad time",
)
_POSSIBLE = (
    b"if you",
    b"when you",
    b"whether you",
    b"when your",
    b"think you",
    b"tell if",
    b"know if",
    b"sure if",
    b"unless",
)
_EVERYBODY = (
    b"if you",
    b"if your",
    b"talk to your",
    b"ask your",
    b"as prescribed",
    b"as directed",
    b"unless",
    b"your doctor",
    b"health care provider",
    b"healthcare provider",
    b"everyone",
    b"adults",
    b"people who",
    b"patients who",
    b"parents",
    b"never",
    b"before you",
    b"without talking",
    b"always",
    b"do not",
    b"don't",
)


def check(reading: Reading) -> Iterator[Hit]:
    reply = reading.kind == "reply"
    direct = reply or reading.has(DIRECT)
    for match in reading.find(PERSONAL):
        words = match.group(1)
        if words is not None:
            around = reading.lower[match.start() : match.end() + 30]
            if any(mark in around for mark in _NOT_ILL) or not HEALTH.compiled.search(around):
                continue
        elif ((match.group() or b"").startswith(b"your ") and not direct) or (
            (match.group() or b"").startswith(b"your ") and b"if your" in reading.sentence_text(match.start())
        ):
            continue
        yield Hit(match.start(), match.end())
    for match in reading.find(DOSE):
        sentence = reading.sentence_text(match.start())
        if direct and not any(words in sentence for words in _EVERYBODY):
            yield Hit(match.start(), match.end())
    for match in reading.find(SPANISH):
        if direct or b"caso" in (match.group() or b""):
            yield Hit(match.start(), match.end())


RULE = Rule(
    id="advice.targeted",
    title=_("Advice to one person"),
    explanation=_(
        "General education is welcome. A diagnosis or a dose for one person in public is not: what "
        "is right "
        "for one patient can hurt another. Point to a private way to ask."
    ),
    source="AMA Code of Medical Ethics 2.3.2; HIPAA 45 CFR 164.502(a)",
    category=Category.ADVICE,
    severity=Verdict.REVIEW,
    message=_("This advises or diagnoses one person in public; point to a private way to ask instead."),
    check=check,
    examples=("It sounds like you have strep", "You should stop taking your metformin"),
    patterns=(PERSONAL, DOSE, DIRECT, SPANISH),
    kinds=("post", "reply"),
    suggestion="We cannot advise on one person's health here. Please call your care team or your doctor.",
)
