"""The regular expressions of service models, written for Java, as Python takes them."""

import re
import warnings

_OTHERS = "\\u0080-\\U0010ffff"
_LETTERS, _DIGITS, _MARKS = "a-zA-Z", "0-9", "!-/:-@\\[-`{-~"
_CLASSES = {
    "Alpha": _LETTERS, "Alnum": _LETTERS + _DIGITS, "Digit": _DIGITS, "Lower": "a-z", "Upper": "A-Z",
    "ASCII": "\\x00-\\x7f", "Punct": _MARKS, "Graph": "!-~", "Print": " -~", "Space": "\\s", "XDigit": "0-9a-fA-F",
}  # fmt: skip
_UNICODE = {
    "L": _LETTERS, "Lu": "A-Z", "Ll": "a-z", "IsLetter": _LETTERS, "IsAlphabetic": _LETTERS, "N": _DIGITS,
    "Nd": _DIGITS, "IsDigit": _DIGITS, "M": "", "P": _MARKS, "Pc": "_", "Pd": "-", "S": _MARKS, "Z": " ", "Zs": " ",
    "IsWhitespace": "\\s",
}  # fmt: skip
"""What there is of each category in ASCII; of the rest every character counts as one, so that none is refused."""
_PLANES = "\\uD800\\uDC00-\\uDBFF\\uDFFF"
_ANYTHING = re.compile(r"\^?[(\[]*(\.|\[\\s\\S\]|\[\\S\\s\]|\[\^\]|\\p\{ASCII\}|\[\\w\\W\])?[\])]*[*+]?\$?")
_ESCAPED_TWICE = re.compile(r"(?<!\\)(\\\\)+[dwspDWSP.+*?(){}]")


def translated(pattern: str) -> str | None:
    """The pattern for Python, empty for one that everything matches, None for one that Python cannot say."""
    if _ANYTHING.fullmatch(pattern):
        return ""
    if pattern.startswith("/") or _ESCAPED_TWICE.search(pattern):
        return None  # a literal of JavaScript, slashes and all; or ``\\\\d``, which no digit matches
    text = pattern.replace(_PLANES, "\\U00010000-\\U0010ffff")
    text = text.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    text = _categories(text)
    if text is None:
        return None
    for attempt in (text, re.sub(r"(\\[wdsWDS])-", r"\1\\-", text)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", FutureWarning)  # of sets within sets: Java's are others
                re.compile(attempt, re.ASCII)
        except (re.error, FutureWarning):
            continue
        return attempt
    return None


def _categories(text: str) -> str | None:
    """With what stands for Unicode's categories written out: too much rather than too little is let pass."""
    made, at, inside, negated = "", 0, False, False
    while at < len(text):
        category = re.match(r"\\([pP])\{(\w+)\}", text[at:])
        if category:
            kind, name = category[1], category[2]
            if kind == "P" and name == "C" and not negated:
                members = " -~" + _OTHERS
            elif kind == "P":
                return None
            elif name == "C":
                members = "\\x00-\\x1f\\x7f" + ("" if negated else _OTHERS)
            elif name in _CLASSES:
                members = _CLASSES[name]
            elif name in _UNICODE:
                members = _UNICODE[name] + ("" if negated else _OTHERS)
            else:
                return None
            made += members if inside else f"[{members}]"
            at += len(category[0])
            continue
        if text[at] == "\\":
            made += text[at : at + 2]
            at += 2
            continue
        if text[at] == "[" and not inside:
            inside, negated = True, text[at + 1 : at + 2] == "^"
        elif text[at] == "]" and inside:
            inside = False
        made += text[at]
        at += 1
    return None if "&&" in made else made
