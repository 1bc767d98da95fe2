"""What stands behind the colon of an embedder's name: a file or address, and options.

``onnx:nets/mobilenet.onnx?preset=resnet&size=192`` names the file ``nets/mobilenet.onnx`` and two
options. Everything an embedder does differently is said in its name: so it is stored with the
project, shown where the name is shown, and the same on every computer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

from labeler_app.errors import InputError, MissingExtraError


@dataclass(frozen=True, slots=True)
class Argument:
    """What an embedder was asked to use, and how."""

    what: str
    options: Mapping[str, str]


def read(text: str, known: Iterable[str]) -> Argument:
    """Take an argument apart.

    Parameters
    ----------
    text
        ``WHAT`` or ``WHAT?name=value&name=value``; ``%26`` stands for ``&``.
    known
        Names of options that may be given.

    Raises
    ------
    InputError
        If an option is unknown, given twice, or has no value.
    """
    what, mark, query = text.rpartition("?")
    if not mark:
        return Argument(text, {})
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = (unquote(one).strip() for one in part.partition("="))
        _check(name, value, options, sorted(known))
        options[name] = value
    return Argument(what, options)


def existing_file(what: str) -> Path:
    """Return the file that an argument names.

    Raises
    ------
    InputError
        If there is none.
    """
    path = Path(what).expanduser()
    if not path.is_file():
        raise InputError(f"There is no file {path}.", hint="Check the path behind the colon.")
    return path.resolve()


def needed(extra: str, *modules: str) -> list[ModuleType]:
    """Import the modules of an extra.

    Raises
    ------
    MissingExtraError
        If one is not installed.
    """
    try:
        return [import_module(module) for module in modules]
    except ModuleNotFoundError as error:
        missing = error.name or modules[0]
        raise MissingExtraError(
            f"Embedders called {extra}:... need the package {missing.partition('.')[0]}, which is"
            " not installed.",
            hint=f"Install it with: pip install 'labeler_app[{extra}]'",
        ) from error


def _check(name: str, value: str, options: Mapping[str, str], known: list[str]) -> None:
    if name not in known:
        raise InputError(
            f"An embedder's name holds the unknown option {name!r}.",
            hint=f"Known: {', '.join(known)}.",
        )
    if name in options:
        raise InputError(f"The option {name!r} is given twice.", hint="Give it once.")
    if not value:
        raise InputError(f"The option {name!r} has no value.", hint=f"Write {name}=VALUE.")
