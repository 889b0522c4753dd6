"""Numbers that are called a person's: records, accounts, plans, licences, prescriptions."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

CUED = Pattern(
    r"\b(?:mrn|med(?:ical)? rec(?:ord)?s?|records?|chart|charts|accounts?|acct|policy|poliza|"
    r"member|membership|subscriber|group|claim|case|accession|visit|encounter|csn|patient|beneficiary|insurance|"
    r"medicare|medicaid|licen[sc]es?|licencia|dea|npi|rx|prescription|employee|passport|pasaporte|cards?|cc|imei|"
    r"udi|lot|specimen|referral|ticket|order|expediente|historia|cuenta|invoice|id|dni|certificate|certificado|"
    r"nie|curp|nhs|sin|badge|loan|confirmation|reference|ref)"
    r"(?: ?(?:id|number|no\.?|num\.?|nr\.?|code|numero|de))?[ :#.=\-]{1,5}(?:(?:is|was|es|number|"
    r"no\.?|id)[ :#]{1,3})?#?"
    r"((?:[a-z]{1,5}-?){0,2}[0-9o]*\d[0-9a-z]*(?:[\-.]\d[0-9a-z]*){0,6})\b"
)
PREFIXED = Pattern(
    r"\b(?:mrn|ins|pol|clm|nid|emp|rx|nh|acct|acc|dl|pt|mem|csn|bio-fp|lic|sub|ref|"
    r"case)[\-#:][a-z]?\d[0-9a-z]{3,}(?:-\d+)*\b|\bbio-fp-[0-9a-f]{6,}\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    lower = reading.lower
    for match in reading.find(CUED):
        matched = match.group(1) or b""
        size = sum(48 <= byte <= 57 for byte in matched)
        # A cue such as "case" or "group" also counts things; a number of a person is longer than a count.
        if size >= 5 or (size >= 4 and lower[match.start() : match.start() + 3] == b"mrn"):
            yield Hit(match.start(1), match.end(1), "ID")
    for match in reading.find(PREFIXED):
        yield Hit(match.start(), match.end(), "ID")


RULE = Rule(
    id="identifier.number",
    title=_("Record or account number"),
    explanation=_(
        "Numbers of records, accounts, health plans, licences and prescriptions exist for one person."
    ),
    source="45 CFR 164.514(b)(2)(i)(H)-(K), (R)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This number seems to belong to one person's record, account or plan; take it out."),
    check=check,
    examples=("MRN 4482913",),
    patterns=(CUED, PREFIXED),
)
