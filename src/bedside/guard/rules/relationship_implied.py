"""A reply that implies a patient relationship without saying so: a small grammar over word classes.

Whoever answers a review and speaks of *the* crown, *that* night, *your* surgeon, or of what *we* found, shows that
they know of it. What gives it away is seldom one word: it is a definite thing of care next to a wish, a regret or
something past, the person or their people next to a doing of ours, a bill or a record that did something. Each
way is a row of word classes (see clauses.py), with room for other words between; conditions, rules and words for
everybody take the weaker ones back.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import re2  # type: ignore[import-untyped]

from bedside.core.words import gettext_noop as _
from bedside.guard.clauses import Clauses
from bedside.guard.leaning import leanings
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

# A sentence that leans this far is reported though no row fits; one that leans the other way is not though one
# does. Chosen on the development half of tests/blind.
FOR, AGAINST = 0.5, -2.5
# Any word within the clause, and within the sentence.
_W, _S = "[^.,]", "[^.]"


class Way(NamedTuple):
    """One way of giving it away: rows of word classes, the classes that take it back when they stand in the
    sentence up to its end, those that do so just before it or anywhere before it, and what to say about it."""

    rows: tuple[str, ...]
    message: str
    unless: str = ""
    not_after: str = ""
    not_since: str = ""


_CARE = _(
    "This speaks of somebody's own care, which shows that they are a patient; speak of your policy instead."
)
_DID = _("This tells what you did for the person who wrote; speak of your policy instead.")
_RECORD = _(
    "This shows that you looked up a record or that there is none; answer without looking anything up."
)
_BILL = _("This speaks of somebody's bill or insurance; invite them to call your billing team instead.")
_KIN = _("This speaks of somebody's family as people you care for; speak of your policy instead.")
_BLAME = _("This blames the person who wrote for what happened; stay with your policy.")

WAYS = (
    # "Glad the ear drops did the trick", "sorry about the mix-up with your vaccines"
    Way((rf"j{_W}{{0,8}}[dY][a0ZI]{{0,3}}[c6]", rf"j{_W}{{0,8}}Y[a0ZI]{{0,3}}[c6C]"), _CARE, unless="gGfq"),
    # "Good to hear that the new hearing aids …", "Sounds like the new dose is agreeing with you"
    Way((r"xd{1,2}[a0I]{0,3}[c6]", r"[aT]Ld[a0I]{0,2}[c6]"), _CARE, unless="gGfq"),
    # "So relieved everything turned out benign", "Hope the little one is sleeping better"
    Way((rf"[jJ]{_S}{{0,8}}z", rf"j{_W}{{0,4}}(?:y|[Yd]a{{0,2}}[kKX]|X){_W}{{0,4}}Z"), _CARE, unless="gGf"),
    Way((rf"J{_S}{{0,10}}[c6D]",), _CARE, unless="gGfq"),
    # "Keep wearing your retainer", "finish all of the antibiotics"
    Way((rf"(?:^|[.,aejn])m{_W}{{0,4}}[Yd][a0ZI]{{0,2}}[c6]",), _CARE, unless="f"),
    # "if the swelling has not gone down": the definite thing is theirs
    Way((r"fd[a0]{0,2}c",), _CARE, unless="gG"),
    # "The numbness will wear off", "How are the new teeth working out": a definite thing that both know
    Way((r"d[a0Z]{0,2}c(?:[^shE5]|$)",), _CARE, unless="gGfql"),
    Way((r"Y[a0Z]{0,2}[c6](?:[^shE5]|$)",), _CARE, unless="gGfqlW"),
    # "Nurse Carla misses your sense of humor", "the whole team remembers Oliver's hat"
    Way((rf"[wiosp]{_W}{{0,4}}R{_W}{{0,4}}[yYpkX]", rf"[os]{_W}{{0,3}}R", r"TH"), _KIN, unless="gGfn"),
    # "Dr. Stone worked eight hours on you"
    Way(
        (
            rf"[wisSX]{_W}{{0,5}}[vB]{_W}{{0,5}}[ykX]",
            rf"[wis]{_W}{{0,2}}[vB](?:a|d|Y){_W}{{0,3}}[c6br]",
            r"[sS]ua{1,2}y",
            r"[sS]adv",
            rf"[wisSX]{_W}{{0,2}}[vB]Y{_W}{{0,2}}[c6Cbr]",
            r"[wi]u?x[dY]a{0,2}[bc6r]",
            r"[wi]u?vY[^3qNx]",
            rf"yv{_W}{{0,3}}[sSh]",
        ),
        _DID,
        unless="fgG",
    ),
    Way((r"[wisS]u?[vB](?:y|Y[kKXc6])",), _DID, not_after="f"),
    Way((rf"[sS]{_W}{{0,5}}[u2v]{_W}{{0,4}}Py", r"[wi][eu]IPy", r"[wi]ux?a{1,2}Py"), _DID, unless="gGfq"),
    Way((r"ja?(?:w|i|os)[u2]",), _DID, unless="gGfqn"),
    Way(
        (rf"j{_W}{{0,3}}(?:w|i|oa?s)u?[vBF1]", rf"j{_W}{{0,3}}(?:w|i|oa?s)(?:W|e)aa?(?:out|d|it)"),
        _DID,
        unless="gGfq",
    ),
    # "We loved designing your smile", "We were glad to give you your boosters"
    Way(
        (
            rf"[wis]{_W}{{0,3}}(?:x|R|j)a?I{_W}{{0,2}}[Yyc6KkpX]",
            rf"j{_W}{{0,4}}Vy{_W}{{0,5}}[c6C]",
            rf"Vy{_W}{{0,3}}A[c6]",
        ),
        _DID,
        unless="gGf",
    ),
    # "Your surgeon is one of the best"
    Way((r"Y[a0]{0,2}s", rf"YS{_W}{{0,2}}[u2v]"), _DID, not_after="qf"),
    # "The crown broke", "The x-ray shows decay", "The chart tells a different story"
    Way((rf"[dY][a0]{{0,2}}[c6rb]{_W}{{0,3}}[u2vT]",), _CARE, unless="gGf"),
    Way((rf"M{_W}{{0,3}}u{_W}{{0,2}}[vFx]", rf"[bBr]{_W}{{0,3}}u{_W}{{0,2}}[vF]"), _DID, unless="gGf"),
    Way(
        (
            r"[wi][ue2n]{0,2}a?B",
            rf"b{_W}{{0,5}}v",
            rf"y{_W}{{0,4}}O",
            rf"yu{_W}{{0,3}}b",
            rf"Yb{_W}{{0,6}}[vc6u2]",
        ),
        _BILL,
        unless="gf",
    ),
    # "Our system has no trace of you"
    Way(
        (
            rf"n{_S}{{0,5}}N{_S}{{0,6}}[yYrc6p]",
            rf"YN{_S}{{0,4}}n",
            rf"n{_W}{{0,3}}dp",
            rf"[or]{_W}{{0,3}}n{_W}{{0,2}}N",
            rf"y[u2]+n{_W}{{0,2}}v",
            r"ynu+v",
            rf"n{_W}{{0,2}}N{_W}{{0,2}}y",
            rf"[wi]u?nu?[vu2]{_W}{{0,5}}y",
        ),
        _RECORD,
        unless="gfl",
    ),
    # "This gentleman was asked to leave"
    Way((r"dp[u2vT]", r"dpen"), _DID, unless="gf"),
    Way((r"(?:^|[.,])p[vu2]",), _DID, unless="gf", not_since="sS"),
    # "Mom is doing great here", "Your little guy was so brave", "Sending hugs to you and the new baby"
    Way(
        (
            rf"[jmHJV]{_W}{{0,9}}[dY]a{{0,3}}[kX]",
            rf"[dY]a{{0,3}}[kX]{_W}{{0,2}}[u2v]",
            rf"YK{_W}{{0,3}}[u2v]",
            r"Ya{0,2}[kX]",
            r"(?:^|[.,j])a?X[euamT]",
        ),
        _KIN,
        unless="gGfqE",
    ),
    # "See you Thursday", "on the schedule"
    Way((r"y(?:t|[a]0)",), _CARE, unless="gGfEq"),
    # "a broken hip like yours", "the pain you felt", "you wanted opioids"
    Way((r"[c6C]L[yY]",), _CARE),
    Way((r"[dA]a{0,2}cy", rf"yx{_W}{{0,4}}[c6D]"), _CARE, unless="gGfq"),
    # "You are upset that we wouldn't", "If you had taken the pills you would …", "if you showed up, we could"
    Way((rf"ye{_W}{{0,3}}w[uWe2]n", rf"fyu?[vx]{_S}{{0,16}}W", r"fy2v", rf"f2v{_S}{{0,16}}"), _BLAME),
    # "part of our practice family since 2009", "three generations of your family"
    Way((rf"[yYK]{_S}{{0,8}}Q", rf"Q{_W}{{0,6}}y", r"va[a7]a?YK", r"v[a0]{0,2}a7YK"), _CARE, unless="gGf"),
    # 42 CFR Part 2
    Way((rf"D{_S}{{0,14}}[yY]", rf"[yY]{_S}{{0,14}}D"), _CARE, unless="gGfq"),
    # "We are happy to redo the impression", "give us a chance to fix the crown"
    Way((r"F[dY]", r"1[dY][a0]{0,2}[c6b]"), _CARE, unless="gf"),
    # "last Tuesday's appointment"
    Way((r"ta{0,2}[c6]",), _CARE, unless="gGfq"),
)


class _Grammar(NamedTuple):
    ways: Any
    rows: tuple[tuple[Any, Way], ...]


@cache
def _grammar() -> _Grammar:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    compiled = re2.Set.SearchSet(options)
    rows = []
    for way in WAYS:
        for row in way.rows:
            compiled.Add(row.encode())
            rows.append((re2.compile(row.encode(), options), way))
    compiled.Compile()
    return _Grammar(compiled, tuple(rows))


def _any(marks: str, letters: bytes) -> bool:
    return any(mark in letters for mark in marks.encode())


def _holds(way: Way, clauses: Clauses, start: int, end: int) -> bool:
    """Whether nothing around a row of words takes it back."""
    letters = clauses.letters
    first, last = clauses.sentence(end - 1)
    return not (
        _any(way.unless, letters[min(first, start) : last])
        or _any(way.not_after, letters[max(first, start - 4) : start])
        or _any(way.not_since, letters[:start])
    )


def check(reading: Reading) -> Iterator[Hit]:
    clauses = Clauses(reading.lower)
    leaning = {first: points for first, _, points in leanings(clauses)}
    grammar = _grammar()
    for index in sorted(grammar.ways.Match(clauses.letters) or ()):
        row, way = grammar.rows[index]
        for match in row.finditer(clauses.letters):
            start, end = match.span()
            start += clauses.letters[start : start + 1] in (b".", b",")
            end -= clauses.letters[end - 1 : end] in (b".", b",")
            end = max(end, start + 1)
            if leaning.get(clauses.sentence(end - 1)[0], 0.0) > AGAINST and _holds(way, clauses, start, end):
                yield Hit(*clauses.span(start, end), message=way.message)
    for first, last in clauses.sentences():
        if leaning[first] > FOR:
            yield Hit(*clauses.span(first, last))


RULE = Rule(
    id="relationship.implied",
    title=_("Implies that somebody is a patient"),
    explanation=_(
        "Wishing somebody's knee well, speaking of the bill, of that night or of their nurse shows that you "
        "know of their care, though no word says so. Answer in a way that would fit anybody who writes."
    ),
    source="45 CFR 164.502(a); 42 CFR 2.11",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message=_CARE,
    check=check,
    examples=(
        "Hope the new crown feels right",
        "Your surgeon is one of the best",
        "Our system has no trace of you",
    ),
    kinds=("reply",),
    suggestion="We take every comment seriously. Please call our patient relations team so that we can listen.",
)
