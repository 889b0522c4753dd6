"""Weighing: what an identifier means in its surroundings.

An identifier alone is a note. It weighs more when the text around it speaks of an individual or of somebody's
care, and most when both meet. See 45 CFR 160.103: health information becomes protected when it can be tied
to a person.
"""

from __future__ import annotations

from bisect import bisect_left

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import health_source
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.screening import SpanType, Verdict

HEALTH = Pattern(health_source())

# Something happened to one person: care received, an illness had.
CARE = Pattern(
    r"\b(?:in (?:our|the) (?:\w+ ){0,2}(?:icu|nicu|picu|er|ed|unit|ward|hospice|rehab|detox|"
    r"memory care|burn center)\b|"
    r"(?:was|were|is|are|been|being|got|gets|getting|had to be) (?:just |recently |finally |"
    r"later )?(?:admitted|discharged|diagnosed|treated|"
    r"hospitali[sz]ed|intubated|operated on|released|seen|transferred|sedated|restrained|"
    r"vaccinated for|infected|born|"
    r"pregnant|recovering|transplanted|evaluated|rushed|airlifted)|diagnosed with|tested positive|underwent|"
    r"(?:is|was|still|slowly) (?:recovering|healing|in recovery|in remission|in labor|in rehab|"
    r"in hospice|in a coma|"
    r"in the (?:icu|er|hospital|nicu|ward)|on dialysis|on a ventilator|on (?:her|his) (?:meds|"
    r"medication))|gave birth|delivered (?:her|a baby|twins)|"
    r"passed away|died (?:at|in|of|from|after|on)|overdosed|relapsed|miscarried|suffered (?:a|an|"
    r"from)|battl(?:ed|ing)|"
    r"(?:her|his|their) (?:\w+ ){0,2}(?:surgery|operation|diagnosis|cancer|tumou?r|treatment|"
    r"chemo|chemotherapy|procedure|biopsy|"
    r"results?|labs|medications?|prescription|dose|pain|symptoms?|recovery|rehab|pregnancy|"
    r"delivery|appointment|visit|"
    r"addiction|sobriety|overdose|stroke|heart attack|hip|knee|mri|scan|transplant|condition|"
    r"illness|therapy|std|hiv|"
    r"depression|diabetes|chart|bill|room|admission|stay|injur(?:y|ies)|wounds?|seizures?|asthma|"
    r"c-section|medical history)|"
    r"came (?:in|to (?:us|the (?:er|ed|clinic|office|hospital))|to see us)(?: (?:for|with|after|"
    r"complaining|last|on|because))?|presented (?:with|to)|"
    r"complain(?:ed|ing|s) of|c/o|s/p|needs? (?:a|an|her|his) (?:transplant|surgery|biopsy|kidney|"
    r"liver|transfusion)|"
    r"prescribed|taking \w+ \d+ ?mg|follow(?:ed|ing)?[ \-]up|date of surgery|dx|diagnosis ?:|hpi|"
    r"chief complaint|"
    r"fue (?:diagnosticad|operad|ingresad|dad|hospitalizad|tratad)[oa]|dio positivo|tuvo (?:un|"
    r"una) (?:cirugia|infarto|operacion|derrame)|"
    r"su (?:cirugia|diagnostico|tratamiento|cita|operacion|recuperacion|embarazo)|ingreso (?:en|al|a) )"
)
# One person is spoken of.
INDIVIDUAL = Pattern(
    r"\b(?:(?:my|our|this|that|one|the|a|an?other|every time this) (?:\w+ )?(?:patient|pt|client|"
    r"resident|paciente)(?:'s)?\b|patient:|pt:|"
    r"\d{1,3}[ \-]?(?:year|yr|month|week|day)s?[ \-]?old|\d{2} ?y/?o\b|\d{2} ?[mf] |(?:he|she|him|"
    r"her|his|ella|el paciente|la paciente)\b|"
    r"(?:my|our|your|her|his) (?:son|daughter|wife|husband|mother|father|mom|dad|brother|sister|"
    r"aunt|uncle|neighbou?r|coworker|"
    r"boss|baby|grandm\w+|grandp\w+|niece|nephew|hijo|hija|esposa|esposo|madre|padre)\b|"
    r"a (?:young |local |elderly )?(?:man|woman|boy|girl|teen(?:ager)?|toddler|mother|father|"
    r"child|infant|baby) (?:from|in|who|was|came|with|had|died))"
)
PATIENT = Pattern(
    r"\b(?:(?:my|our|this|that|one|the|a|an|el|la|un|una) (?:\w+ )?(?:patient|pt|"
    r"paciente)(?:'s)?(?:[^\w \-]|$| (?:in|is|was|who|had|has|named|called|"
    r"from|with|came|\w+ed|[a-z]+'s|and|to|on|at|of ours|of mine|es|fue))|(?:patient|pt|paciente|"
    r"patient name) ?[:=#]|patient name\b|mrn|dob|medical record (?:number|no)|chart ?#)"
)
# Whoever speaks for or works at the organisation, or is known to the public.
ROLE = Pattern(
    r"\b(?:director|ceo|president|chief|chair(?:man|woman|person)?|manager|coordinator|secretary|"
    r"senator|governor|mayor|"
    r"commissioner|spokes\w+|joins? (?:our|the|us)|joined (?:our|the)|welcome (?:to (?:our|"
    r"the) team|dr)|our (?:new(?:est)? )?"
    r"(?:nurse|doctor|physician|surgeon|pediatrician|dentist|hygienist|therapist|dietitian|"
    r"midwife|chaplain|volunteer|team|"
    r"pharmacist|social worker|registered|cardiologist|oncologist|radiologist|gynecologist|"
    r"psychologist|psychiatrist)|"
    r"rn|md|np|dds|dmd|phd|pa-c|m\.d\.|r\.n\.|employee of|nurse of|award|author|works? (?:in|at|"
    r"for|with)|leads?|actor|actress|"
    r"singer|professor|speaker|"
    r"featuring|hosted by|with host|episode|podcast|webinar|study|researchers?|says|said|explains|"
    r"shares (?:tips|how|why))\b"
)
DOCTOR = Pattern(
    r"(?:\b(?:dr|doctor|doctora|dra|prof|professor|nurse|secretary|senator|governor|president|"
    r"director|mayor|chef|coach|st|saint)\b\.?\s{1,2})$"
)
PATTERNS = (HEALTH, CARE, INDIVIDUAL, PATIENT, ROLE)

_PERSONAL: tuple[SpanType, ...] = ("NAME", "LOC", "DATE", "AGE")
_ABOVE = {
    Verdict.REVIEW: _(
        "An identifier next to somebody's care ties the care to a person; take one of them out."
    ),
    Verdict.BLOCK: _(
        "This names or points at a person and tells of their care; that may not be published without an "
        "authorization."
    ),
}

NAMED_PATIENT = _(
    "This names or points at a person and says that they are a patient; that may not be published without an "
    "authorization."
)


class Weighing:
    """The surroundings of the identifiers of one text, looked at once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.cues = {pattern: [match.start() for match in reading.find(pattern)] for pattern in PATTERNS}

    def _near(self, pattern: Pattern, start: int, end: int) -> bool:
        places = self.cues[pattern]
        index = bisect_left(places, start)
        return index < len(places) and places[index] < end

    def weigh(self, start: int, end: int, type: SpanType, severity: Verdict) -> tuple[Verdict, str | None]:
        """The severity of an identifier where it stands, and the sentence that explains it if it rose."""
        reading = self.reading
        low, high = reading.around(start, end)
        first, last = reading.sentence(start)[0], reading.sentence(max(start, end - 1))[1]
        health = self._near(HEALTH, low, high)
        care = self._near(CARE, low, high)
        risen = severity
        if type == "NAME":
            doctor = bool(DOCTOR.compiled.search(reading.lower[max(0, start - 12) : start]))
            role = doctor or self._near(ROLE, max(0, first), min(len(reading.lower), end + 60))
            patient = self._near(PATIENT, first, last)
            if doctor:
                risen = severity
            elif (self._near(CARE, first, last) and not role) or (
                not role
                and (self._labelled(start) or (patient and (care or self._near(INDIVIDUAL, first, last))))
            ):
                risen = Verdict.BLOCK
            elif (care and not role and self._near(INDIVIDUAL, low, high)) or (
                health and self._near(INDIVIDUAL, first, last) and not role
            ):
                risen = Verdict.REVIEW
        elif type in _PERSONAL:
            individual = self._near(INDIVIDUAL, max(0, start - 120), min(len(reading.lower), end + 120))
            if individual and (care or (type == "AGE" and health)):
                risen = Verdict.REVIEW
        elif type in ("SSN", "ID"):
            if severity >= Verdict.REVIEW and (
                health or self._near(INDIVIDUAL, low, high) or self._near(PATIENT, low, high)
            ):
                risen = Verdict.BLOCK
            elif self._near(INDIVIDUAL, first, last):
                risen = Verdict.REVIEW
        elif (
            type in ("PHONE", "EMAIL")
            and self._near(INDIVIDUAL, first, last)
            and (care or self._near(PATIENT, first, last))
        ):
            risen = Verdict.REVIEW
        return (risen, _ABOVE[risen]) if risen > severity else (severity, None)

    def points_at_a_patient(self, start: int, end: int, type: SpanType) -> bool:
        """Whether an identifier, next to words of health, is of one who is neither a clinician nor a speaker."""
        if type not in ("NAME", "PHONE", "EMAIL", "SSN", "ID"):
            return False
        if type == "NAME":
            first = self.reading.sentence(start)[0]
            doctor = bool(DOCTOR.compiled.search(self.reading.lower[max(0, start - 12) : start]))
            if doctor or self._near(ROLE, max(0, first), min(len(self.reading.lower), end + 60)):
                return False
        low, high = self.reading.around(start, end)
        return self._near(HEALTH, low, high) or self._near(CARE, low, high)

    def _labelled(self, start: int) -> bool:
        before = self.reading.lower[max(0, start - 20) : start].rstrip(b" :=\"'-(")
        return before.endswith((b"patient", b"pt", b"paciente", b"patient name", b"patient's name"))
