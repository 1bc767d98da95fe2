"""What may be a name: of a project, a class, a person."""

import unicodedata

from labeler_app.errors import InputError

# Control characters, and the bidirectional ones that let a name look like another.
_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # Needed to write Persian and Indian names, and emoji.


def checked_name(name: str, *, what: str, longest: int = 100) -> str:
    """Return a name in NFC with single spaces, or refuse it.

    Parameters
    ----------
    name
        As the person wrote it.
    what
        The word for it in the sentence, for example ``"class name"``.
    longest
        Most characters allowed.

    Raises
    ------
    InputError
        If nothing is left, it is too long, or has characters that cannot be seen.
    """
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean:
        raise InputError(f"The {what} is empty.", hint="Type at least one character.")
    if len(clean) > longest:
        raise InputError(f"The {what} has {len(clean)} characters.", hint=f"Use at most {longest}.")
    hidden = [c for c in clean if unicodedata.category(c) in _FORBIDDEN_CATEGORIES]
    bad = [c for c in hidden if c not in _JOINERS]
    if bad:
        raise InputError(
            f"The {what} has a character that cannot be seen (U+{ord(bad[0]):04X}).",
            hint="Type it again by hand.",
        )
    return clean
