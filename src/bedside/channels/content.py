"""The checks of content that every channel makes in the same way, against its `Limits`."""

from __future__ import annotations

from collections.abc import Collection

from bedside.channels.port import Limits, Outgoing, Problem
from bedside.core.text import utf8_length


def problems(
    outgoing: Outgoing, limits: Limits, length: int, network: str, options: Collection[str] = ()
) -> list[Problem]:
    """What is wrong with text, pictures, alt texts and option names; `length` is the text's, as counted.

    `network` names the channel in the messages; `options` are those it knows.
    """
    found = []
    if not outgoing.text.strip() and not outgoing.pictures:
        found.append(Problem("text", "There is neither text nor picture."))
    if limits.text is not None and length > limits.text:
        found.append(
            Problem("text", f"The text is {length:,} {limits.unit} long; {network} takes {limits.text:,}.")
        )
    if limits.text_bytes is not None and (size := utf8_length(outgoing.text)) > limits.text_bytes:
        found.append(
            Problem("text", f"The text is {size:,} bytes long; {network} takes {limits.text_bytes:,}.")
        )
    if len(outgoing.pictures) > limits.pictures:
        found.append(Problem("pictures", f"{network} takes at most {limits.pictures} pictures."))
    for number, picture in enumerate(outgoing.pictures, 1):
        if picture.mime not in limits.picture_types:
            found.append(
                Problem("pictures", f"Picture {number} is {picture.mime}, which {network} does not take.")
            )
        if picture.size > limits.picture_bytes:
            message = (
                f"Picture {number} has {picture.size:,} bytes; {network} takes {limits.picture_bytes:,}."
            )
            found.append(Problem("pictures", message))
        # What it says is for its author to judge; that there is something is owed to who cannot see it (WCAG 1.1.1).
        if not picture.alt.strip():
            found.append(Problem("alt", f"Picture {number} has no description for people who cannot see it."))
        if len(picture.alt) > limits.alt_text:
            message = f"The description of picture {number} is longer than {limits.alt_text:,} characters."
            found.append(Problem("alt", message))
    found += [
        Problem(name, f"{network} has no option “{name}”.")
        for name in outgoing.options
        if name not in options
    ]
    return found
