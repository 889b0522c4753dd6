"""Promises nobody can keep in medicine: cures, guarantees, no risk."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

CURE = Pattern(
    r"\b(?:(?:we|our \w+|it|this|laser|therapy|treatment|formula|method|supplement|\w+) (?:can |"
    r"will |really |actually |naturally )?cures? (?:your |all |any |even |my |her |his |their |"
    r"most )*(?:cancers?|diabetes|arthritis|autism|asthma|pain|disease|diseases|illness|"
    r"covid(?:-19)?|anxiety|depression|migraines?|everything|alzheimer's|hiv|herpes|addiction|"
    r"baldness|ed|snoring|tinnitus|acne|allerg\w+)|cured (?:of \w+ )?(?:in|by) (?:just|only|one|"
    r"two|three|\d+|our|the power)|(?:miracle|proven|guaranteed|natural|permanent|instant|"
    r"complete|total|one-day|quick) (?:cure|fix|remedy|solution)|(?:a|the) cure for (?:your|all|"
    r"any)|"
    r"(?:get rid of|(?:say )?good-?bye to|eliminates?|erases?|reverses?|banish(?:es)?) (?:your |all |"
    r"any )?(?:\w+ )?(?:pain|cancer|diabetes|arthritis|asthma|disease|anxiety|depression|"
    r"migraines?|autism|wrinkles|dementia|alzheimer's|cellulite|acne|allergies) (?:forever|"
    r"for good|permanently|completely|once and for all|overnight|in \d+|in one|in just|instantly))"
)
GUARANTEE = Pattern(
    r"[,-] ?guaranteed\b|\b(?:(?:we |i |results? |success |satisfaction |recovery |pain relief |relief |"
    r"weight loss )(?:is |are )?guarante\w+|guarantee(?:d|s)? (?:\w+ ){0,2}(?:results?|success|"
    r"relief|recovery|cure|outcomes?|pain[ -]free|weight loss|to (?:work|heal|help|cure|lose|"
    r"relieve|improve))|"
    r"100 ?(?:%|percent) (?:safe|effective|pain[ -]free|success|guaranteed|natural and safe|cure|"
    r"accurate|satisfaction)|(?:completely|totally|absolutely|perfectly|100 ?%) (?:safe|painless|"
    r"risk[ -]free|harmless)|melts? (?:the |your |away )?(?:fat|pounds)|(?:zero|no) (?:risks?|"
    r"side effects|complications|downtime)(?: at all|"
    r" whatsoever|!|\.|,| and| or|$)|"
    r"risk[ -]free (?:procedure|treatment|surgery|operation|results?)|never fails?|"
    r"works? (?:every time|for everyone)|you will (?:be pain[ -]free|be cured|never (?:have|feel|"
    r"suffer))|resultados garantizados|cura (?:milagrosa|definitiva|garantizada)|"
    r"sin (?:ningun )?(?:riesgos?|efectos secundarios)|100 ?% (?:seguro|efectivo|garantizado))"
)
_NEGATED = (
    b"no guarantee",
    b"not guarantee",
    b"cannot guarantee",
    b"can't guarantee",
    b"no cure",
    b"not cure",
    b"cannot cure",
    b"can't cure",
    b"won't cure",
    b"n't cure",
    b"isn't a cure",
    b"is no",
    b"search for",
    b"find a cure",
    b"beware",
    b"myth",
    b"scam",
    b"don't believe",
    b"claims that",
    b"claim to",
    b"be wary",
    b"not a miracle",
    b"there is no",
    b"never cures",
)


def check(reading: Reading) -> Iterator[Hit]:
    for pattern, message in (
        (CURE, _("This promises a cure; say what the treatment can do, and that results differ.")),
        (
            GUARANTEE,
            _("This promises a result or the absence of risk; nobody can guarantee that in medicine."),
        ),
    ):
        for match in reading.find(pattern):
            sentence = reading.sentence_text(match.start())
            if not any(words in sentence for words in _NEGATED):
                yield Hit(match.start(), match.end(), message=message)


RULE = Rule(
    id="promise.result",
    title=_("Promises"),
    explanation=_(
        "A promised cure, a guarantee or 'no risk' misleads. Say what a treatment can do, and that results "
        "differ."
    ),
    source="FTC Act section 5; FTC Health Products Compliance Guidance (2022)",
    category=Category.PROMISE,
    severity=Verdict.REVIEW,
    message=_("This promises more than medicine can."),
    check=check,
    examples=("Guaranteed results", "Our laser cures arthritis"),
    patterns=(CURE, GUARANTEE),
    kinds=("post", "reply"),
)
