"""A public text that confirms or implies that somebody is or was a patient."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Match, Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.care_words import BODY, CAME, CARED, CONDITIONAL, EVENT, KIN, public_event
from bedside.guard.screening import Category, Verdict

_US = (
    r"(?:us|our|this|the|my|dr\.?|\[|riverside|[a-z]+ (?:clinic|dental|hospital|health|medical|"
    r"center|practice|family))"
)

# Thanks, pleasure and regret that only make sense towards a patient; said in a post, they still address one.
STRONG = Pattern(
    r"\b(?:"
    rf"(?:you|your (?:family|{KIN})(?: for)?|family(?:'s)?|he|she|them|they) (?:for )?(?:choosing|"
    rf"trusting|picking|selecting|visiting) {_US}"
    rf"|(?:thanks?|thank you|thankful|grateful|appreciate|appreciated|"
    rf"gracias)(?: \w+'?\w*){{0,5}} (?:choosing|trusting|visiting|selecting|picking|coming (?:in|"
    rf"to|by|back)|stopping (?:in|by)|being (?:an?|such an?|our|one of our)(?: \w+)? patients?|"
    rf"letting us (?:care|take care|treat|serve|be)|allowing us to (?:care|take care|treat|serve|"
    rf"be)|giving us the (?:chance|opportunity) to (?:care|treat|serve)|entrusting|"
    rf"bringing (?:your|in)|your (?:\w+ ){{0,2}}(?:visit|trust in (?:us|our)|loyalty|business|"
    rf"patience during))"
    rf"|(?:choosing|trusting|choose|chose|chosen|trusted|entrusted|visiting|visited) (?:us|"
    rf"our (?:\w+ ){{0,2}}(?:practice|office|clinic|hospital|team|doctors?|dentists?|providers?|"
    rf"center|department|facility|er))\b(?: (?:for|with) your)?"
    rf"|(?:your|your \w+'s) (?:\w+ ){{0,2}}(?:recovery|treatment|care|stay|procedure|surgery|visit|"
    rf"time|birth|delivery) (?:with|here with|here at|under) us\b"
    rf"|as (?:a|an|our|one of our)(?: \w+)? (?:valued |long-?time )?patients?,? (?:of|you|here|we|at|with)|"
    rf"(?:you|you're|you are|you were|you've been|he is|she is|who is|who was) (?:a|an|one of our|"
    rf"our)(?: \w+){{0,2}} patients?\b"
    r"|(?:under|in) our care (?:last|since|for|on|in|when|during|you)"
    r"|(?:great|nice|good|lovely|wonderful|pleasure|honou?r|joy|privilege|delight\w*|loved|"
    r"enjoyed|happy) (?:to |it was to )?(?:having|have had|have|had|seeing|see|treating|treat|"
    r"meeting|meet|caring for|care for|taking care of|take care of|serving|serve|helping|help|"
    r"get to know|getting to know|delivering|deliver) (?:you|him|her|your (?:\w+ )?(?:family|"
    r"little|son|daughter|baby|kids|children|child|mom|mother|dad|father|husband|wife))\b"
    rf"|loved having (?:you|your)|we (?:have )?(?:missed|miss) seeing you"
    rf"|(?:see|seeing|have) you (?:back )?(?:and (?:the|your) |again (?:soon|next|at|for|in)|"
    rf"next (?:time|visit|week|"
    rf"month)|at your (?:[\w\-]+ ){{0,2}}{EVENT}|for your (?:[\w\-]+ ){{0,2}}{EVENT}|back (?:here|"
    rf"in (?:our|the)|at|for|soon))"
    r"|your next (?:visit|appointment|cleaning|check-?up) (?:with us|here)"
    rf"|(?:i|we|our \w+) (?:\w+ )?(?:do )?(?:remembers?|recalls?) (?:you|your|her|him|the (?:visit|"
    rf"patient))\b"
    rf"|(?:glad|happy|pleased|thrilled|delighted|relieved|excited|so good|wonderful|"
    rf"great) (?:to (?:hear|know|see|learn) )?(?:that )?(?:you(?:'re| are)? (?:feeling|feel|healed|"
    rf"recover\w*|doing (?:well|better|so well)|had (?:a|such)|are (?:pleased|happy|"
    rf"satisfied) with (?:your|the)|walking|back on your feet|pain[ -]free|love your new|"
    rf"enjoyed your)"
    rf"|(?:your|the) (?:\w+ ){{0,3}}(?:{EVENT}|{BODY}) (?:went|is|are|was|were|feels?|has|have|"
    rf"turned|came|healed|looks?|fits?|helped|worked|made|gave|did))"
    rf"|(?:glad|happy|pleased|honou?red|proud|able|privileged) (?:that )?(?:we|our team|dr\.? \w+|"
    rf"our \w+) (?:could|were able to|was able to|can|got to) (?:help|treat|care for|take care of|"
    rf"see|save|fix|relieve|ease|deliver|be there for) (?:you|your|him|her)"
    rf"|welcome back|welcome to our practice|patients? like you|you as (?:a|an|our|"
    rf"one of our)(?: \w+)? patients?"
    rf"|(?:did|do|doing|done) (?:everything|all|what|our best|the best|her best|"
    rf"his best)(?: that)?(?: we| she| he| they| i)?(?: \w+)?(?: could| can)? (?:for|to (?:help|"
    rf"save|treat|ease|care for)) (?:you|your {KIN}|him|her)\b"
    rf"|(?:glad|happy|pleased|relieved|grateful|thankful) (?:that )?(?:we|our \w+|the \w+|"
    rf"dr\.? \w+|\w+) (?:could|were able to|was able to|can|got to|"
    rf"managed to) (?:\w+ ){{0,2}}(?:get|fit|squeeze|see|bring|take|help) you"
    rf"|(?:able to|could) (?:help|assist|support)(?: you)? (?:with|through|after|"
    rf"during) your (?:\w+ ){{0,2}}(?:{EVENT}|{BODY})"
    rf"|(?:our|my|the|your) (?:records?|charts?|files?|notes|system|documentation|logs?|schedule|"
    rf"books) (?:\w+ ){{0,2}}(?:show|shows|indicate|indicates|reflect|reflects|say|says|confirm|"
    rf"state|list|have you|do not show|don't show)"
    r"|according to (?:your|our|the) (?:\w+ ){0,2}(?:records?|chart|file|notes|system|"
    r"appointment)|(?:looked|looking|looks like|reviewed|reviewing|pulled|checked|"
    r"checking) (?:\w+ ){0,2}(?:your|her|his) (?:\w+ )?(?:records?|chart|file|account|history|"
    r"appointment|case|visit)"
    r"|your (?:\w+ )?(?:chart|file|medical record|patient record|x-?rays?|lab results?|"
    r"test results|insurance claim) (?:show|indicate|reflect|confirm|state|say|came|is|was|were|"
    r"are)s?\b"
    r")"
)
# Spanish, the main ways.
SPANISH = Pattern(
    r"\b(?:gracias (?:\w+ ){0,3}por (?:elegirnos|elegir|preferir|preferirnos|escogernos|visitarnos|"
    r"visitar|confiar en|"
    r"su visita|tu visita|venir|su confianza|permitirnos|ser (?:nuestr[oa] )?paciente|traer a)"
    r"|(?:fue|ha sido) un (?:placer|gusto|honor) (?:atender|ver|conocer|tratar|cuidar)\w*|(?:como|"
    r"es|era|fue|usted es|eres) (?:un |una )?(?:nuestr[oa] )?paciente (?:nuestr[oa]|de nuestr|"
    r"usted|sabe)?"
    r"|(?:su|tu) (?:ultima |proxima |reciente )?(?:visita|cita|cirugia|tratamiento|limpieza|"
    r"operacion|consulta|estancia|procedimiento|recuperacion|parto|receta|radiografia|"
    r"expediente) (?:con nosotros|en nuestr\w+|fue|salio|del? (?:pasado|mes|lunes|martes|"
    r"miercoles|jueves|viernes|sabado|domingo|\d))"
    r"|nuestr[oa]s (?:registros|archivos|expedientes) (?:muestran|indican|reflejan)|"
    r"cuando (?:usted )?(?:vino|nos visito|lo atendimos|la atendimos|estuvo)|(?:lo|la|le|te|"
    r"los) (?:atendimos|vimos|operamos|tratamos|examinamos|recetamos)"
    r"|(?:usted|ud\.?) (?:vino|falto|cancelo|no siguio|no vino|nunca (?:vino|regreso|volvio)|"
    r"rechazo|recibio|llego|no asistio|perdio su)|nos alegra (?:que|"
    r"saber) (?:\w+ ){0,4}(?:recuper|sient|mejor|visita|cirugia|experiencia en nuestr)\w*"
    r"|esperamos (?:ver(?:l[oa]s?|te)|su proxima)(?: \w+){0,3}|lamentamos (?:\w+ ){0,4}(?:su|"
    r"tu) (?:visita|cita|espera|cirugia|limpieza|tratamiento|estancia))\b"
)
YOUR_KIN_DID = Pattern(
    rf"\b(?:your|the) {KIN}(?: \w+ly| also| has| have| had)? (?:received|got|had (?:a|an|the|to|"
    rf"been|no)|(?:was|were|is|has been|had been) (?:\w+ly )?(?:seen|treated|admitted|discharged|"
    rf"examined|given|told|late|in (?:our|the|good)|cared|under|stable|sedated|"
    rf"a patient|our patient|diagnosed|evaluated|transferred|scheduled|referred|prescribed|crying|"
    rf"upset|safe|doing|offered)|came|visited|arrived|refused|missed|stayed|waited|needed|"
    rf"underwent|did (?:so |very |really )?(?:well|great|not|wonderful)|did(?:n't| not)|saw|left|"
    rf"passed away|died)\b"
    rf"|\byour (?:insurance(?: company| plan| carrier)?|plan|dental plan|insurer|policy|"
    rf"employer) (?:\w+ )?(?:denied|covered|paid|did(?:n't| not)|does(?:n't| not)|declined|refused|"
    rf"required|rejected|was billed|only (?:pays|covers|paid|covered)|has a|had)\b"
    rf"|\byour (?:\w+ )?(?:history of|allergy to|allergies|addiction|drug use|weight|"
    rf"blood pressure|mental health|drug screen|urine|hiv status|disability|diabetes|cancer|"
    rf"depression|anxiety)\b"
    rf"|\bthe (?:\w+ ){{0,2}}(?:swelling|pain|bleeding|numbness|bruising|reaction|rash|"
    rf"{EVENT}) (?:that )?(?:you(?:'ve| have)?|your {KIN}) (?:had|received|got|experienced|felt|"
    rf"are having|underwent|described|scheduled|requested|refused|declined|were|was)\b"
    rf"|\b(?:sorry|apologi[sz]e|regret) (?:\w+ ){{0,3}}the (?:\w+ )?(?:anesthesia|anesthetic|"
    rf"numbing|injection|needle|shot|medication|medicine|{EVENT}) (?:did(?:n't| not)|was|were|"
    rf"caused|hurt|took|left|made)\b"
)
# In a reply "you" is the reviewer, so what you or we did in the past is a disclosure.
YOU_DID = Pattern(
    rf"\byou(?:'ve| have| had|'d)?(?: \w+ly| also| had| then| both| all| first| last| even| only|"
    rf" just| simply| still| actually)? {CAME}"
)
WE_DID = Pattern(
    rf"\b(?:we|i|they|(?:our|the|my|your) (?:\w+ ){{0,2}}(?:team|staff|doctors?|dentists?|"
    rf"hygienists?|nurses?|provider|providers|surgeon|physician|therapist|office|"
    rf"receptionist|technician|assistant|pediatrician|front desk|exam|x-?ray|biller)|dr\.? \w+|"
    rf"doctor \w+)(?: \w+ly| also| did| had| have| has|'ve| never| even| then| first| immediately|"
    rf" all| do)* "
    rf"{CARED} (?:and \w+ )?(?:with |to |for |on |in )?(?:you|your|him|her|an? (?:x-?ray|exam|"
    rf"crown|scan|ultrasound|root canal|filling|refund|discount|treatment plan|biopsy|test|"
    rf"prescription|antibiotic)|the (?:exam|x-?ray|procedure|findings|treatment|bill|balance|"
    rf"risks))\b"
)
YOUR_EVENT = Pattern(
    rf"\b(?:your|your {KIN}'?s|{KIN}'s|ur) (?:(?:recent|last|first|next|upcoming|previous|latest|"
    rf"initial|most recent|own|new|entire|whole|annual|dental|medical|eye|follow-?up|missed|"
    rf"scheduled|long|surgical|cosmetic|routine|emergency|hospital|office|patient|post-op|pre-op|"
    rf"\w+day'?s?|lab|blood|insurance|knee|hip|back|tooth|\w+) )?(?:{EVENT}|care (?:here|at|from|"
    rf"team|plan|was|with|and))\b"
)
SORRY = Pattern(
    rf"\b(?:sorry|apologi[sz]e|apologies|regret|disappointed|unhappy|dissatisfied|frustrated|happy|"
    rf"pleased|satisfied) (?:\w+ ){{0,5}}(?:you(?:'ve| had| have|"
    rf" were)? (?:\w+ ){{0,3}}(?:wait(?:ed|ing)?|had to wait|hurt|in pain|seen|charged|billed|"
    rf"treated here|rushed|kept waiting)|your (?:\w+ ){{0,2}}(?:{EVENT}|{BODY})|"
    rf"the (?:\w+ ){{0,2}}(?:wait|delay)(?: \w+){{0,3}} (?:you|on|last|during|when))"
)
POST_HEALING = Pattern(
    rf"\b(?:hope|wish|wishing|praying|hoping) (?:that )?(?:you(?:'re| are)?|"
    rf"your {KIN}) (?:\w+ ){{0,3}}(?:feel|feeling|recover\w*|heal\w*|speedy|quick recovery|"
    rf"better soon)\b|\bspeedy recovery\b|\bget well soon\b"
)

# What turns "your appointment" into an invitation or a rule for everybody.
_INVITING = (
    b"schedule",
    b"book",
    b"make",
    b"request",
    b"reschedule",
    b"set up",
    b"arrange",
    b"prepare for",
    b"manage",
    b"to cancel",
    b"before",
    b"call for",
    b"time for",
    b"plan",
    b"due for",
    b"questions about",
    b"question about",
    b"questions or concerns about",
    b"can access",
    b"you can",
    b"you may",
    b"change",
    b"cancel",
    b"view",
    b"protect",
    b"safeguard",
    b"discuss any",
    b"privacy of",
    b"check",
    b"confidentiality of",
    b"bring",
    b"about",
    b"improve",
    b"support",
    b"ask",
)
_POLICY = (
    b"cannot",
    b"can't",
    b"can not",
    b"not able to",
    b"unable to",
    b"do not discuss",
    b"don't discuss",
    b"never discuss",
    b"not permitted",
    b"prevent",
    b"prohibit",
    b"not allowed",
    b"may not",
    b"won't discuss",
    b"not share",
    b"not disclose",
    b"required to",
    b"confirm or deny",
    b"privacy law",
    b"hipaa",
    b"don't post",
    b"do not post",
    b"don't share",
    b"please delete",
)


# A post that thanks the town, or says why people should, speaks to everybody.
_PUBLIC = (
    b"community", b"everyone", b"everybody", b"all of you", b"each of you", b"choosing to", b"patients", b"neighbors",
    b"town", b"thousands", b"caregivers", b"nurses", b"volunteers", b"donors", b"follow", b"comunidad", b"todos",
)  # fmt: skip
# "Get your blood pressure checked" is for everybody.
_MINDING = (
    b"get",
    b"know",
    b"check",
    b"keep",
    b"lower",
    b"manage",
    b"control",
    b"watch",
    b"track",
    b"measure",
)


def _general(reading: Reading, at: int) -> bool:
    """Whether the sentence around a place sets a condition or speaks of everybody."""
    sentence = reading.sentence_text(at)
    return any(words in sentence for words in CONDITIONAL)


def _felt(reading: Reading, match: Match) -> bool:
    """Whether it is only a good or bad experience, or being heard, that somebody is glad or sorry about."""
    after = reading.lower[match.start() : match.end() + 40]
    return any(
        words in after for words in (b" experience", b"feel heard", b"feel welcome", b"feel respected")
    )


def check(reading: Reading) -> Iterator[Hit]:
    reply = reading.kind == "reply"
    severity = Verdict.BLOCK if reply else Verdict.REVIEW
    for pattern in (STRONG, SPANISH):
        for match in reading.find(pattern):
            sentence = reading.sentence_text(match.start())
            if not reply and any(words in sentence for words in _PUBLIC):
                continue
            if (
                not _general(reading, match.start())
                and not public_event(sentence)
                and not _felt(reading, match)
            ):
                yield Hit(match.start(), match.end(), severity=severity)
    if not reply:
        return
    for match in reading.find(POST_HEALING):
        if not _felt(reading, match):
            yield Hit(match.start(), match.end(), severity=Verdict.REVIEW)
    for pattern in (YOU_DID, YOUR_KIN_DID, WE_DID, SORRY):
        for match in reading.find(pattern):
            before = reading.lower[max(0, match.start() - 12) : match.start()]
            if not _general(reading, match.start()) and not before.rstrip().endswith(_MINDING):
                yield Hit(match.start(), match.end(), severity=severity)
    for match in reading.find(YOUR_EVENT):
        start = reading.sentence(match.start())[0]
        before = reading.lower[start : match.start()]
        if _general(reading, match.start()) or any(words in before[-25:] for words in _INVITING):
            continue
        if any(words in reading.sentence_text(match.start()) for words in _POLICY):
            continue
        yield Hit(match.start(), match.end(), severity=severity)


_PATTERNS = (STRONG, SPANISH, YOU_DID, YOUR_KIN_DID, WE_DID, YOUR_EVENT, SORRY, POST_HEALING)

RULE = Rule(
    id="relationship.confirmed",
    title=_("Confirms that somebody is a patient"),
    explanation=_(
        "Thanking somebody for a visit, regretting their wait, or telling what was done confirms "
        "that they "
        "are a patient, even if they said so first and even without a name. Answer with your policy "
        "and a private "
        "way to talk."
    ),
    source="45 CFR 164.502(a)",
    category=Category.RELATIONSHIP,
    severity=Verdict.BLOCK,
    message=_("This confirms or implies that the person is or was a patient."),
    check=check,
    examples=(
        "Thank you for choosing our practice",
        "I remember your visit",
        "You never came back for your appointment",
    ),
    patterns=_PATTERNS,
    kinds=("post", "reply"),
    suggestion="We take every comment seriously. Please call our patient relations team so that we can "
    "listen.",
)
