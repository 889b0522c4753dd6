"""What a treatment, food or habit is said to do: a clinician approves it, and a source carries it."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import health_source
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.link_source import credible
from bedside.guard.screening import Category, Verdict

_ILL = (
    r"(?:cancers?|diabetes|heart disease|heart attacks?|strokes?|infections?|disease|diseases|"
    r"illness|flu|covid(?:-19)?|pain|symptoms?|inflammation|anxiety|depression|blood pressure|"
    r"hypertension|cholesterol|asthma|allerg(?:y|ies)|migraines?|headaches?|arthritis|dementia|"
    r"alzheimer's|obesity|death|deaths|mortality|hospitali[sz]ations?|complications?|wrinkles|"
    r"acne|"
    r"immunity|immune system|blood sugar|osteoporosis|insomnia|seizures?|cavities|gum disease|"
    r"tooth decay|weight|bleeding|sepsis|pneumonia|measles|hpv|hiv|hepatitis|shingles|autism|copd|"
    r"nausea|fatigue|falls|relapses?|overdoses?|wounds?|scars?|clots?)"
)
ACTS = Pattern(
    rf"\b([a-z0-9][a-z0-9'\-]*) (?:also |can |may |will |could |effectively |safely |"
    rf"significantly |greatly |actually |help |helps |has been shown to |have been shown to |"
    rf"is proven to |are proven to |is shown to |is known to |are known to ){{0,3}}"
    rf"(?:treats?|prevents?|heals?|reverses?|stops?|cuts?|lowers?|reduces?|decreases?|relieves?|"
    rf"eases?|protects? (?:you |people |children |babies )?(?:against|from)|wards? off|fights?|"
    rf"kills?|eliminates?|boosts?|strengthens?|improves?|slows?) "
    rf"(?:your |the |a |an |most |many |some |all |of |chronic |severe |serious |heart |breast |"
    rf"lung |colon |type 2 |high |risk of |risks? for |chances? of |(?:your |the )?(?:risk|rate|"
    rf"rates|odds|chance|likelihood|number|severity) (?:of|for) (?:\w+ ){{0,2}}?){{0,4}}{_ILL}\b"
)
NUMBERS = Pattern(
    r"\b\d{1,3}(?:\.\d+)? ?(?:%|percent|per cent|por ciento) (?:effective|efficacy|success|"
    r"survival|cure|accurate|efectiv[oa]|less likely|more likely|lower|higher|reduction|fewer)\b"
    r"|\b(?:reduces?|lowers?|cuts?|decreases?|increases?|raises?|slashes?|"
    r"doubles?) (?:\w+ ){0,6}by (?:up to |almost |nearly |about |more than |"
    r"as much as )?(?:\d{1,3}(?:\.\d+)? ?(?:%|percent|per cent)|half|two[- ]thirds|a third)\b"
    r"|\b(?:prevents?|stops?|avoids?|saves?|averts?|cures?|heals?|helps?|detects?|catches) (?:\w+ ){0,3}"
    r"\d{1,3}(?:\.\d+)? ?(?:%|percent|per cent|por ciento)"
    r"|\b(?:twice|three times|ten times|\d+ times|\d+x) (?:as |more |less )(?:likely|effective|common)\b"
)
PROVEN = Pattern(
    r"\b(?:clinically|scientifically|medically) (?:proven|tested|shown)|(?:studies|research|"
    r"science|doctors) (?:prove|proves|show|shows|confirm|agree|say|says|have shown|"
    r"has shown) that\b|\bfda[- ]approved\b"
)
SOURCE = Pattern(
    r"\b(?:source|sources|fuente|per the cdc|according to|cdc|nih|who|fda|nejm|jama|lancet|"
    r"cochrane|doi|american (?:heart|cancer|lung|diabetes|academy)|study (?:in|from|by)|"
    r"published in|guidelines?)\b"
)
HEALTH = Pattern(health_source())
FALSE = Pattern(
    r"\b(?:(?:mmr |covid(?:-19)? |childhood |flu )?(?:vaccines?|shots?|vaccinations?|vacunas?|"
    r"the jab) (?:can |will |do |really )?"
    r"(?:causes?|leads? to|gives? (?:you|kids|children)|causan?) (?:autism|infertility|sids|cancer|"
    r"autismo|the flu)|"
    r"(?:bleach|ivermectin|hydroxychloroquine|colloidal silver|baking soda|essential oils?|"
    r"alkaline water) (?:can |will )?"
    r"(?:cures?|treats?|kills?|prevents?|fights?)|(?:cure|treat|fight|"
    r"beat)s? (?:\w+ ){0,2}with (?:bleach|ivermectin|"
    r"hydroxychloroquine|colloidal silver|baking soda|essential oils?|alkaline water|lemon)|no chemo needed|"
    r"(?:instead of|without) (?:chemo|insulin|vaccines|your medication)\b)"
)
# What public bodies themselves recommend to everybody; a claim about it still goes to a clinician, unheld.
FOUNDED = Pattern(
    r"\b(?:vaccin\w+|immuni[sz]\w+|(?:flu|covid(?:-19)?|booster|hpv|mmr|rsv) shots?|shots?|boosters?|"
    r"masks?|hand ?washing|"
    r"wash\w*|soap|exercis\w+|physical activity|activity|active|walk\w*|healthy (?:diet|eating|weight|"
    r"habits?)|diet|"
    r"vegetables|fruits?|fiber|screenings?|mammograms?|colonoscop\w+|helmets?|seat ?belts?|car seats?|quit\w*|"
    r"smok\w+|tobacco|vaping|breast-?feeding|fluorid\w+|brush\w*|floss\w*|sunscreen|folic acid|naloxone|"
    r"narcan|condoms?|prep|"
    r"u=u|statins?|antibiotics?|insulin|sleep|drinking|alcohol|losing|weight|sodium|salt|mosquito\w*|repellent|"
    r"ventilation|air filters?|early (?:detection|treatment)|treatment|medicines?|cpr|blood pressure|"
    r"therapy|factors?)\b"
)
_HEDGES = (b"may", b"can", b"could", b"might", b"help", b"helps", b"often", b"sometimes")
_NEGATIVE = (b"does not", b"doesn't", b"do not", b"don't", b"cannot", b"can't", b"no evidence", b"myth")
_REFUTING = (
    b"false", b"rumor", b"rumour", b"claim", b"not ", b"no link", b"debunk", b"misinformation", b"never", b"mito", b"?",
    b"falso", b"bulo", b"no causan",
)  # fmt: skip
_POINTING = frozenset(
    (b"better", b"best", b"not", b"this", b"that", b"these", b"which", b"body", b"factors", b"genes")
)
_PEOPLE = frozenset(
    b"we you i they he she to and or who that which nurses doctors surgeons team clinicians "
    b"specialists physicians staff providers people researchers center clinic hospital department".split()
)


def check(reading: Reading) -> Iterator[Hit]:
    sourced = any(
        b"//" + host in reading.lower or b"." + host in reading.lower or b" " + host in reading.lower
        for host in credible()
    )
    for match in reading.find(FALSE):
        sentence = reading.sentence_text(match.start())
        if not any(words in sentence for words in (*_NEGATIVE, *_REFUTING)):
            yield Hit(
                match.start(),
                match.end(),
                message=_("This goes against the best evidence there is; take it out."),
            )
    for pattern in (ACTS, NUMBERS, PROVEN):
        for match in reading.find(pattern):
            sentence = reading.sentence_text(match.start())
            if pattern is ACTS and (
                (match.group(1) or b"") in _PEOPLE or any(words in sentence for words in _NEGATIVE)
            ):
                continue
            if pattern is NUMBERS and not HEALTH.compiled.search(sentence):
                continue
            if pattern is ACTS and (match.group(1) or b"") in _POINTING:
                continue
            founded = FOUNDED.compiled.search(sentence) is not None
            cited = sourced or SOURCE.compiled.search(sentence) is not None
            hedged = pattern is ACTS and any(word in (match.group() or b"").split() for word in _HEDGES)
            yield Hit(
                match.start(),
                match.end(),
                severity=Verdict.NOTE if cited or hedged or founded or pattern is PROVEN else Verdict.REVIEW,
            )


RULE = Rule(
    id="claim.medical",
    title=_("Medical claim"),
    explanation=_(
        "What treats, prevents or lowers a risk has to be right. A clinician approves it, and a "
        "source for "
        "everybody to read makes it stronger."
    ),
    source="FTC Health Products Compliance Guidance (2022); NAM Principles for Credible Sources (2021)",
    category=Category.CLAIM,
    severity=Verdict.REVIEW,
    message=_("This is a medical claim; it needs a clinician's approval, and a source next to it."),
    check=check,
    examples=("Vitamin D prevents the flu", "The vaccine is 95% effective"),
    patterns=(ACTS, NUMBERS, PROVEN, FALSE),
    kinds=("post", "reply"),
)
