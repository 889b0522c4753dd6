"""A public text that denies that somebody is a patient, which discloses as much as confirming it."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.care_words import CONDITIONAL
from bedside.guard.screening import Category, Verdict

DENIED = Pattern(
    r"\b(?:(?:do not|don't|does not|doesn't) have (?:a|any) (?:such )?(?:patients?|records?|charts?)\b|"
    r"(?:no|not have (?:a|any)|don't have (?:a|any)|without any|can(?:'t|not| not) (?:find|"
    r"locate) (?:a|any|your)?|couldn't (?:find|locate) (?:a|any|your)?|unable to (?:find|"
    r"locate) (?:a|any|your)?|"
    r"did(?: not|n't) find (?:a|any|your)?|do(?: not|n't) (?:see|find|show) (?:a|any|"
    r"your)?) ?(?:\w+ ){0,2}(?:records?|appointments?|charts?|files?|patients?|visits?|account|"
    r"history|documentation)(?: of| for| by| under| with| matching| named| that matches|"
    r" from) (?:you|your|that|this|a|any|such|ever|anyone|having|somebody|someone)"
    r"|(?:find|locate|see|have) you(?:r name)? (?:in|on|anywhere|listed|as) (?:our|the|a|any)"
    r"|you (?:are|were|have|had|'ve)(?: not|n't| never)(?: ever)?(?: been)? (?:a|an|our|"
    r"one of our|seen|treated|visited|here)(?: \w+)? ?(?:patients?|client|by us|by our|here|"
    r"in our|at our|us)"
    r"|you(?:'re| are) not (?:a|our|one of our|an actual|a real)(?: \w+)? ?(?:patients?|client)"
    r"|you (?:never|have never|'ve never|did(?: not|n't)) (?:been|visited|visit|came|come|"
    r"set foot|had an appointment|were|seen|have an appointment|receive)(?: \w+){0,3} (?:patient|"
    r"us|our|here|treated|practice|office|clinic|care)"
    r"|(?:we|i|dr\.? \w+|our (?:\w+ )?(?:team|staff|doctors?|office|practice)) (?:have |has |had |"
    r"'ve )?(?:never|not) (?:ever )?(?:seen|treated|met|cared for|had|examined|operated on|"
    r"served) (?:you|a patient|this patient|this person|anyone|an? individual)"
    r"|(?:find|locate|see|know) (?:anyone|anybody|a patient|someone|any patient) (?:by|with|under|"
    r"matching|of) (?:that|this|your|the) |no (?:patient|one|person|record of (?:a|"
    r"any) patient) (?:by|with|of|under) (?:that|this|your) name|not a patient of (?:ours|mine|"
    r"our|this)|never (?:been )?(?:a |our )?patients?(?: of ours| here| at our)?\b|"
    r"(?:do not|don't|cannot|can't) (?:recogni[sz]e|recall|remember) (?:your|you|this|that|seeing|"
    r"treating|a patient)"
    r"|no (?:tenemos|encontramos|hay) (?:\w+ ){0,3}(?:registro|cita|expediente|paciente|"
    r"record)s?\b|usted (?:no es|nunca (?:fue|ha sido)) (?:\w+ ){0,2}paciente|nunca (?:lo|la|"
    r"le) (?:hemos|atendimos) )\b"
)
_POLICY = (
    b"confirm or deny",
    b"whether",
    b"cannot confirm",
    b"can't confirm",
    b"unable to confirm",
    b"not able to confirm",
)
# "We have no record of any patient" denies, though "any patient" elsewhere speaks of everybody.
_OPEN = (*_POLICY, *(words for words in CONDITIONAL if words != b"any patient"))


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(DENIED):
        sentence = reading.sentence_text(match.start())
        if any(words in sentence for words in _OPEN):
            continue
        yield Hit(
            match.start(), match.end(), severity=Verdict.BLOCK if reading.kind == "reply" else Verdict.REVIEW
        )


RULE = Rule(
    id="relationship.denied",
    title=_("Denies that somebody is a patient"),
    explanation=_(
        "Saying that there is no record of somebody tells the public something about who is a "
        "patient. If you "
        "believe that a review is not real, report it to the network instead."
    ),
    source="45 CFR 164.502(a)",
    category=Category.RELATIONSHIP,
    severity=Verdict.BLOCK,
    message=_("This denies in public that somebody is a patient, which discloses as much as confirming it."),
    check=check,
    examples=("We have no record of you", "You were never a patient here"),
    patterns=(DENIED,),
    kinds=("post", "reply"),
    suggestion="We take every comment seriously. Please call our patient relations team so that we can "
    "listen.",
)
