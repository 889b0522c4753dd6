"""What tier 1 knows about a word by itself: hashed pieces of it, and flags for its shape and the lists."""

from __future__ import annotations

from zlib import crc32

from bedside.guard import lexicon

BUCKETS = 1 << 16
FLAGS = 15


def pieces(word: bytes) -> list[int]:
    """Buckets of the word itself (first), of its beginnings and endings, and of its stretches of three."""
    lower = word.lower()
    if lower.isdigit():
        return [crc32(b"#%d" % len(lower)) % BUCKETS]
    lower = lower[:40]
    found = [b"=" + lower]
    size = len(lower)
    if size > 2:
        marked = b"<" + lower + b">"
        found += [marked[:3], marked[:4], marked[-3:], marked[-4:], marked[-5:]]
        found += [marked[at : at + 3] for at in range(1, min(size - 1, 12))]
    return [crc32(piece) % BUCKETS for piece in found]


def flags(word: bytes) -> list[bool]:
    """The word's shape, and the lists of names and places that have it."""
    lower = word.lower()
    return [
        word[:1].isupper() and word[1:].islower(),
        word.isupper() and len(word) > 1,
        word.isupper() and len(word) == 1,
        word.islower(),
        word.isalpha() and word != lower and not word.isupper() and not word.istitle(),
        word.isdigit(),
        word.isalnum() and not word.isalpha() and not word.isdigit(),
        len(word) == 1 and not word.isalnum(),
        b"\x01" in word or b"\x02" in word,
        lower in lexicon.common_first_names(),
        lower in lexicon.first_names(),
        lower in lexicon.last_names(),
        lower in lexicon.surname_words(),
        lower in lexicon.cities(),
        lower.endswith(b"s") and lower[:-1] in lexicon.last_names(),
    ]
