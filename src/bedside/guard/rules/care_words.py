"""Words for what happens between a patient and a practice; several rules are built from them."""

from __future__ import annotations

# Things that only a patient has: "your cleaning", "your chart". "Experience" and "concerns" are left out on
# purpose: anybody who writes in has these.
EVENT = (
    r"(?:visits?|appointments?|appt|procedures?|surger(?:y|ies)|operations?|treatments?|"
    r"treatment plan|cleanings?|exams?|"
    r"examinations?|check-?ups?|crowns?|fillings?|root canal|implants?|braces|dentures?|bridge|"
    r"veneers?|extractions?|x-?rays?|results?|labs?|lab work|physical therapy|deductible|coverage|"
    r"cavity|cavities|stitches|anesthesia|bite|"
    r"blood ?work|tests?|test results|scans?|mri|ultrasound|mammogram|colonoscopy|biopsy|charts?|"
    r"medical records?|records|"
    r"bill|bills|invoice|balance|account|copay|co-pay|insurance claim|claim|prescriptions?|"
    r"refills?|medications?|meds|stay|admission|"
    r"discharge|recovery|delivery|birth|labor|c-section|pregnancy|diagnosis|therapy|"
    r"therapy sessions?|sessions?|consultations?|consult|evaluation|screening|physical|"
    r"injections?|shots?|vaccin(?:e|ation)|"
    r"follow-?up|referral|paperwork|intake|file|files|chemo(?:therapy)?|infusions?|dialysis|rehab|"
    r"program with us|glasses|lenses|"
    r"hearing aids?|adjustments?|massage|er visit|wait|wait time|care with us|time with us|"
    r"time in (?:our|the)|time at)"
)
# In thanks, regrets and good wishes the body itself speaks of care: "so glad your knee is better".
BODY = (
    r"(?:knees?|hips?|shoulders?|back|neck|foot|feet|hand|wrist|ankle|tooth|teeth|smile|skin|"
    r"eyes?|vision|hearing|heart|baby|newborn|"
    r"little one|symptoms?|pain|condition|injury|wound|incision|swelling|rash|cough|fever|"
    r"headaches?|migraines?|numbers)"
)
# What staff do for a patient.
CARED = (
    r"(?:saw|see|seen|treated|examined|met|met with|cared for|took care of|taken care of|"
    r"looked after|served|operated on|performed|recommended|"
    r"prescribed|diagnosed|discharged|admitted|scheduled|rescheduled|billed|refunded|squeezed|fit|"
    r"fitted|evaluated|"
    r"tested|delivered|vaccinated|x-rayed|screened|referred|assessed|anesthetized|extracted|"
    r"numbed|counsel+ed|"
    r"offered|waived|called|informed|advised|warned|explained|told|gave|provided|helped|"
    r"accommodated|checked|reviewed)"
)
# Past doings of somebody who was there as a patient.
CAME = (
    r"(?:came (?:in|back|to|by|here|for|with)|visited|were (?:seen|treated|admitted|discharged|"
    r"here|late|scheduled|told|given|"
    r"advised|informed|offered|prescribed|diagnosed|referred|examined|in (?:our|the) (?:office|"
    r"clinic|er|hospital|chair)|"
    r"under|rude|in pain|a no-show|billed|charged|our patient|a patient)|"
    r"received (?:\w+ ){0,3}(?:care|treatment|from us|here|at our|injection|service)|"
    r"missed|no-showed|cancell?ed|rescheduled|refused|declined|did(?: not|n't) (?:follow|show|"
    r"come|keep|take|complete|return|"
    r"finish|disclose|tell|mention|bring|pay|call|want|attend|agree|let us|have (?:insurance|"
    r"an appointment))|"
    r"(?:have )?never (?:came|come|returned|followed|showed|called|paid|completed|mentioned|told|"
    r"took|finished|scheduled|signed)|brought (?:your|in)|chose (?:us|our|to)|"
    r"arrived|checked in|waited|signed|left (?:before|against|without|our|the)|failed to|skipped|"
    r"stopped taking|"
    r"owe|still owe|had (?:a|an|your|the) (?:\w+ ){0,3}(?:appointment|visit|surgery|procedure|"
    r"exam|cleaning|reaction|"
    r"infection|x-?ray|stay|baby|test|scan|consultation|session|crown|filling)|had (?:to wait|"
    r"been (?:seen|told|given|waiting))|"
    r"underwent|were(?: not|n't) (?:seen|treated|happy with your)|needed (?:a|an|to have) |walked (?:in|out)|"
    r"(?:have|had) been (?:(?:a|an|our)(?: \w+)? patient|coming|seeing|seen|treated)|"
    r"have a history|have (?:an )?outstanding|"
    r"experienced (?:\w+ ){0,4}(?:visit|wait|appointment|stay|office|clinic|er|hospital|"
    r"emergency (?:room|department))|saw (?:dr|our|the)|spoke with (?:dr|our)|asked (?:for|us)|"
    r"requested|"
    r"demanded|insisted|agreed to|consented|filled out|told (?:us|our|dr|the))"
)
KIN = (
    r"(?:daughter|son|child|kids?|children|baby|little one|newborn|wife|husband|spouse|partner|"
    r"mother|father|mom|mum|dad|"
    r"parents?|family|sister|brother|grand\w+|aunt|uncle|loved one|infant|toddler|boy|girl|twins)"
)
# A possibility, a wish or a rule is not a report: sentences that begin like this confirm nothing.
CONDITIONAL = (
    rb"if you ",
    b"if your ",
    b"whether you",
    b"whether or not",
    b"anyone who",
    b"should you ",
    b"in case you",
    b"confirm or deny",
    b"any patient",
    b"if someone",
    b"when you call",
    b"si usted",
    b"if they",
    b"si alguien",
    b"si un paciente",
    b"si tiene",
    b"si necesita",
)
_PUBLIC_EVENTS = (
    b"fair", b"parade", b"webinar", b"open house", b"picnic", b"gala", b" 5k", b"town hall", b"festival", b"fundrais",
    b"celebration", b"ceremony", b" market", b"heart walk", b"the walk", b"our walk", b"blood drive", b"feria",
    b"so many of you", b"marathon", b"conference",
)  # fmt: skip


def public_event(sentence: bytes) -> bool:
    """Whether a sentence speaks of an event where anybody may be met, so that meeting there shows nothing."""
    return any(words in sentence for words in _PUBLIC_EVENTS)
