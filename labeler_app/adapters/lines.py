"""Lines of a text file from a stranger, packed with gzip or not: decoded, counted, bounded."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from labeler_app.adapters.files import open_regular, reading
from labeler_app.errors import FormatError

LONGEST_LINE = 16 * 10**6
"""Bytes."""
MOST_BYTES = 8 * 10**9
"""After unpacking."""
MOST_LINES = 20 * 10**6
"""Of one file; a small one may unpack to billions of lines, each read in a few microseconds."""

# The module's own limit of 131,072 letters in a cell is below what a long text may have. It is one
# for the whole process, so it is set where everything that reads tables comes by.
csv.field_size_limit(LONGEST_LINE)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_lines(path: Path) -> Iterator[str]:
    """Read the lines of a UTF-8 file, with their ends; a byte order mark is passed over.

    Raises
    ------
    FormatError
        If the file is gone, damaged, not UTF-8 or too large; where it can be told, with the line.
    """
    with open_regular(path) as file:
        packed = path.name.lower().endswith(".gz")
        opened = cast("IO[bytes]", gzip.GzipFile(fileobj=file) if packed else file)
        total = 0
        for number, line in enumerate(_pieces(opened, path), start=1):
            total += len(line)
            if total > MOST_BYTES:
                raise FormatError(f"{path.name} has more than {MOST_BYTES // 10**9} GB of text.")
            if number > MOST_LINES:
                raise FormatError(f"{path.name} has more than {MOST_LINES:,} lines.")
            try:
                text = (line if number > 1 else _without_mark(line, path)).decode("utf-8")
            except UnicodeDecodeError as error:
                raise FormatError(
                    f"{path.name}, line {number}: is not UTF-8 text.",
                    hint="Save the file as UTF-8.",
                ) from error
            yield text


def _pieces(opened: IO[bytes], path: Path) -> Iterator[bytes]:
    try:
        with reading():
            number = 0
            while line := opened.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise FormatError(
                        f"{path.name}, line {number}: is longer than {LONGEST_LINE // 10**6} MB.",
                        hint="Is it a text file with a line for each row?",
                    )
                yield line
    except (EOFError, zlib.error) as error:
        raise _damaged(path) from error
    except FormatError as error:
        if isinstance(error.__cause__, gzip.BadGzipFile):
            raise _damaged(path) from error
        raise


def _without_mark(line: bytes, path: Path) -> bytes:
    if line.startswith(_OTHER_MARKS):
        raise FormatError(f"{path.name}, line 1: is UTF-16 text.", hint="Save the file as UTF-8.")
    return line.removeprefix(_BYTE_ORDER_MARK)


def _damaged(path: Path) -> FormatError:
    return FormatError(
        f"{path.name} is not packed with gzip, or it is damaged.", hint="Pack or download it again."
    )
