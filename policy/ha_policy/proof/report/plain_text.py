"""Names of a foreign stack in Markdown: text that stays text."""

from typing import Final

_BREAK: Final = "\u200b"
"""Zero-width space: after it GitHub sees no mention, reference or address."""
_MARKDOWN: Final = str.maketrans(
    {c: f"\\{c}" for c in "\\`*_[]|~$"}
    | {"&": "&amp;", "<": "&lt;", "@": f"@{_BREAK}", "#": f"#{_BREAK}"}
    | dict.fromkeys("\r\n\t\v\f\x00\x85\u2028\u2029", " ")
)


def plain_text(text: str) -> str:
    """Text for Markdown that stays text: no link, image, mention, HTML or cell comes from a name."""
    return text.translate(_MARKDOWN).replace("://", f":{_BREAK}//").replace("www.", f"www{_BREAK}.")
