"""Files that the commands write: each is replaced as a whole, and a failure leaves all of them as they were."""

from collections.abc import Mapping
from pathlib import Path


class WriteError(OSError):
    """A file cannot be written. The text names it and says why."""


def write_whole(contents: Mapping[Path, str]) -> None:
    """Write the files; other things that have a path (devices, pipes) are written to. Raises WriteError."""
    drafts: dict[Path, Path] = {}
    path = Path()
    try:
        for path, text in contents.items():
            target = path.resolve()  # of a link, the file is replaced and not the link
            if target.exists() and not target.is_file():
                target.write_text(text, encoding="utf-8")
                continue
            draft = target.with_name(f"{target.name}.part")
            drafts[draft] = target
            draft.write_text(text, encoding="utf-8")
        for draft, path in drafts.items():
            draft.replace(path)
    except (OSError, ValueError) as error:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        raise WriteError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
