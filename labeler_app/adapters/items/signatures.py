"""What the bytes of a file say about it, before any decoder is asked."""

import os
from dataclasses import dataclass
from typing import BinaryIO

_OURS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM")
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"PK\x03\x04", "a zip"),
    (b"\x1f\x8b", "a gzip file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\0\0\0\x0cjP", "a JPEG 2000 image"),
    (b"\0\0\x01\0", "an icon"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)
# The brand after "ftyp" in files built like MP4.
_BRANDS = ((b"hei", "a HEIC photo"), (b"mif", "a HEIC photo"), (b"avi", "an AVIF image"))
_END_MARKS = ((b"\xff\xd8", b"\xff\xd9"), (b"\x89PNG", b"IEND"), (b"GIF8", b";"))

MOST_BYTES = 512 * 10**6

_HEAD = 1024
_TAIL = 1024
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Signature:
    """The facts at both ends of a file; lengths in bytes."""

    head: bytes
    length: int
    zeros: int
    """Zeros at the end, where there is at least a kilobyte of them; not counted in files over
    ``MOST_BYTES``, which are refused anyway."""
    promised: int
    """The length its header gives; 0 where the format gives none."""
    cut: bool
    """Its format has a mark for the end, and it is not there."""


def read_signature(file: BinaryIO) -> Signature:
    """Read both ends of an open file."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD)
    zeros = _zeros(file, length) if length <= MOST_BYTES else 0
    file.seek(max(0, length - zeros - _TAIL))
    tail = file.read(_TAIL)
    cut = any(head.startswith(start) and mark not in tail for start, mark in _END_MARKS)
    return Signature(head, length, zeros, _promised(head), cut)


def is_ours(head: bytes) -> bool:
    """Tell whether a file begins like one of the formats that are read."""
    return head.startswith(_OURS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def kind_name(head: bytes) -> str:
    """Return in words what a file of none of these formats is."""
    for start, kind in _OTHERS:
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp":
        return next((kind for brand, kind in _BRANDS if head[8:].startswith(brand)), "a video")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<") and b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "a web page"
    return "text" if start.isascii() and b"\0" not in start else "of an unknown kind"


def webp_canvas(head: bytes) -> tuple[int, int]:
    """Return width and height of a WebP, whose decoder takes the memory before it can be asked.

    Returns
    -------
    int, int
        0, 0 for all other files.
    """
    chunk = head[12:16]
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < 30:
        return 0, 0
    if chunk == b"VP8X":
        return _little(head[24:27]) + 1, _little(head[27:30]) + 1
    if chunk == b"VP8L":
        bits = _little(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF


def _promised(head: bytes) -> int:
    if head.startswith(b"BM"):
        return _little(head[2:6])
    return _little(head[4:8]) + 8 if head.startswith(b"RIFF") else 0


def _zeros(file: BinaryIO, length: int) -> int:
    file.seek(max(0, length - _TAIL))
    if length < _TAIL or file.read(_TAIL).strip(b"\0"):
        return 0
    end = length
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        if kept := file.read(end - start).rstrip(b"\0"):
            return length - start - len(kept)
        end = start
    return length


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
