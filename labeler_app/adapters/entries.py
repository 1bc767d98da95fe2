"""May an entry of an archive be written here? Its name and its kind, before a byte is read."""

import os
import re
import stat
import unicodedata
import zipfile

from labeler_app.adapters.files import is_hidden

_LONGEST_NAME = 255
_LONGEST_PATH = 1_000
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_KNOWN_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# Signs that turn the order of letters around on screen, so that a name reads as another one.
_TURNING_SIGNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNFIT_FOR_WINDOWS = re.compile(
    r'[<>"|?*:]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE
)


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return the whole name of an entry, as its maker meant it.

    ``ZipInfo.filename`` will not do: it ends at the first NUL character.
    """
    name = info.orig_filename
    if info.flag_bits & _NAME_IS_UTF8:
        return name
    try:
        # Several zip makers write UTF-8 without saying so.
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def entry_parts(name: str) -> list[str]:
    """Return the folders and the file name of a checked entry, in one Unicode form."""
    return [part for part in unicodedata.normalize("NFC", name).split("/") if part not in ("", ".")]


def is_passed_over(name: str) -> bool:
    """Tell whether an entry is a folder or hidden, and so needs neither writing nor a reason."""
    return name.endswith("/") or any(is_hidden(part) for part in entry_parts(name) if part != "..")


def entry_problem(info: zipfile.ZipInfo, name: str) -> str:
    """Return why an entry must not be written, in a few words; an empty text if it may.

    Parameters
    ----------
    info
        The entry.
    name
        From ``entry_name``.
    """
    return _kind_problem(info) or _name_problem(name) or _part_problem(entry_parts(name))


def shown(name: str) -> str:
    """Return a name with control characters and turning signs as escapes, fit for a table."""
    return "".join(
        letter.encode("unicode_escape").decode() if _is_unfit(letter) else letter
        for letter in name[:_LONGEST_PATH]
    )


def _kind_problem(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a symbolic link"
    if kind not in (0, stat.S_IFREG):
        return "not a regular file"
    return "" if info.compress_type in _KNOWN_PACKINGS else "packed in an unusual way"


def _name_problem(name: str) -> str:
    if any(_is_unfit(letter) for letter in name):
        return "a control character in its name"
    if "\\" in name:
        return "a backslash in its name"
    if name.startswith("/"):
        return "an absolute path"
    if re.match(r"[A-Za-z]:", name):
        return "a drive letter in its name"
    if "::" in name or "://" in name:
        return "an address, not a file name"
    return ""


def _part_problem(parts: list[str]) -> str:
    if not parts:
        return "it has no name"
    if ".." in parts:
        return "its path leads out of the folder"
    if any(len(part.encode()) > _LONGEST_NAME for part in parts):
        return f"its name is longer than {_LONGEST_NAME} bytes"
    if len("/".join(parts).encode()) > _LONGEST_PATH:
        return f"its path is longer than {_LONGEST_PATH:,} bytes"
    if os.name == "nt" and any(_UNFIT_FOR_WINDOWS.search(part) for part in parts):
        return "its name is not possible on Windows"
    return ""


def _is_unfit(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") or letter in _TURNING_SIGNS
