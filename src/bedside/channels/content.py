"""The checks of content that every channel makes in the same way, against its `Limits`."""

from __future__ import annotations

from collections.abc import Collection

from bedside.channels.port import Limits, Outgoing, Picture, Problem
from bedside.core.text import utf8_length
from bedside.core.words import gettext as _
from bedside.core.words import ngettext


def problems(
    outgoing: Outgoing, limits: Limits, length: int, network: str, options: Collection[str] = ()
) -> list[Problem]:
    """What is wrong with text, pictures, alt texts and option names; `length` is the text's, as counted.

    `network` names the channel in the messages, in the reader's language; `options` are those it knows.
    """
    found = []
    if not outgoing.text.strip() and not outgoing.pictures:
        found.append(Problem("text", _("There is neither text nor picture.")))
    if limits.text is not None and length > limits.text:
        message = _("The text is %(length)s %(unit)s long; %(network)s takes %(most)s.") % {
            "length": f"{length:,}",
            "unit": _(limits.unit),
            "network": network,
            "most": f"{limits.text:,}",
        }
        found.append(Problem("text", message))
    if limits.text_bytes is not None and (size := utf8_length(outgoing.text)) > limits.text_bytes:
        message = ngettext(
            "The text is %(size)s byte long; %(network)s takes %(most)s.",
            "The text is %(size)s bytes long; %(network)s takes %(most)s.",
            size,
        ) % {"size": f"{size:,}", "network": network, "most": f"{limits.text_bytes:,}"}
        found.append(Problem("text", message))
    if len(outgoing.pictures) > limits.pictures:
        message = ngettext(
            "%(network)s takes at most %(most)s picture.",
            "%(network)s takes at most %(most)s pictures.",
            limits.pictures,
        ) % {"network": network, "most": limits.pictures}
        found.append(Problem("pictures", message))
    for number, picture in enumerate(outgoing.pictures, 1):
        found += _problems_of(number, picture, limits, network)
    found += [
        Problem(name, _("%(network)s has no option “%(name)s”.") % {"network": network, "name": name})
        for name in outgoing.options
        if name not in options
    ]
    return found


def _problems_of(number: int, picture: Picture, limits: Limits, network: str) -> list[Problem]:
    found = []
    if picture.mime not in limits.picture_types:
        message = _("Picture %(number)s is %(mime)s, which %(network)s does not take.") % {
            "number": number,
            "mime": picture.mime,
            "network": network,
        }
        found.append(Problem("pictures", message))
    if picture.size > limits.picture_bytes:
        message = ngettext(
            "Picture %(number)s has %(size)s byte; %(network)s takes %(most)s.",
            "Picture %(number)s has %(size)s bytes; %(network)s takes %(most)s.",
            picture.size,
        ) % {
            "number": number,
            "size": f"{picture.size:,}",
            "network": network,
            "most": f"{limits.picture_bytes:,}",
        }
        found.append(Problem("pictures", message))
    # What it says is for its author to judge; that there is something is owed to who cannot see it (WCAG 1.1.1).
    if not picture.alt.strip():
        message = _("Picture %(number)s has no description for people who cannot see it.")
        found.append(Problem("alt", message % {"number": number}))
    if len(picture.alt) > limits.alt_text:
        message = ngettext(
            "The description of picture %(number)s is longer than %(most)s character.",
            "The description of picture %(number)s is longer than %(most)s characters.",
            limits.alt_text,
        ) % {"number": number, "most": f"{limits.alt_text:,}"}
        found.append(Problem("alt", message))
    return found
