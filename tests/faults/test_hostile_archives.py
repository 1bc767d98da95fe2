"""Every zip that a stranger may send: unpacked inside its folder, or refused with a reason."""

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from labeler_app.adapters.archives import ZipLimits, clear_rests, unpack_zip
from labeler_app.adapters.files import Found, Refused
from labeler_app.errors import FormatError

Entry = str | zipfile.ZipInfo


def packed(folder: Path, *entries: tuple[Entry, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    path = folder / "photos.zip"
    with zipfile.ZipFile(path, "w", how) as out:
        for name, content in entries:
            out.writestr(name, content)
    return path


def unpacked(archive: Path, **limits) -> tuple[list[Found], list[Refused]]:
    return unpack_zip(archive, archive.parent / "into", limits=ZipLimits(**limits))


def everything_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def renamed(archive: Path, old: bytes, new: bytes) -> Path:
    """Write a name into the bytes of a zip that no zip maker would write."""
    assert len(old) == len(new)
    archive.write_bytes(archive.read_bytes().replace(old, new))
    return archive


def test_an_ordinary_zip_is_unpacked_with_its_folders(tmp_path):
    archive = packed(tmp_path, ("glass/2.jpg", b"two"), ("glass/1.jpg", b"one"), ("metal/", b""))

    found, refused = unpacked(archive)

    assert found == [Found("glass/1.jpg", 3), Found("glass/2.jpg", 3)]
    assert refused == []
    assert (tmp_path / "into" / "glass" / "2.jpg").read_bytes() == b"two"
    assert everything_below(tmp_path) == {
        "photos.zip",
        "into",
        "into/glass",
        "into/glass/1.jpg",
        "into/glass/2.jpg",
    }


def test_the_same_zip_again_gives_the_same_and_another_one_replaces_it(tmp_path):
    archive = packed(tmp_path, ("a.jpg", b"a"), ("../b.jpg", b"b"))

    first, second = unpacked(archive), unpacked(archive)
    third, _ = unpacked(packed(tmp_path, ("c.jpg", b"c")))

    assert first == second
    assert third == [Found("c.jpg", 1)]
    assert everything_below(tmp_path) == {"photos.zip", "into", "into/c.jpg"}


def test_what_another_is_just_unpacking_is_left_alone(tmp_path):
    for name in (".into.part", ".into.abc.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.jpg").write_bytes(b"half")

    found, _ = unpacked(packed(tmp_path, ("a.jpg", b"a")))

    assert found == [Found("a.jpg", 1)]
    assert (tmp_path / ".into.part" / "half.jpg").is_file()
    assert (tmp_path / ".into.abc.part" / "half.jpg").is_file()


def test_what_a_crash_left_behind_is_cleared_away_but_not_that_of_another_folder(tmp_path):
    for name in (".into.abc.part", ".into.abc.old.part", ".into-too.abc.part"):
        (tmp_path / name).mkdir()

    clear_rests(tmp_path / "into")

    assert everything_below(tmp_path) == {".into-too.abc.part"}


def test_hidden_entries_are_passed_over(tmp_path):
    archive = packed(tmp_path, ("__MACOSX/._a.jpg", b"x"), (".DS_Store", b"x"), ("./a.jpg", b"a"))

    assert unpacked(archive) == ([Found("a.jpg", 1)], [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../evil.jpg", "its path leads out of the folder"),
        ("a/../../evil.jpg", "its path leads out of the folder"),
        ("a/..", "its path leads out of the folder"),
        ("/evil.jpg", "an absolute path"),
        ("//host/share/evil.jpg", "an absolute path"),
        ("C:/evil.jpg", "a drive letter in its name"),
        ("c:evil.jpg", "a drive letter in its name"),
        ("s3::evil.jpg", "an address, not a file name"),
        ("http://host/evil.jpg", "an address, not a file name"),
        ("line\nbreak.jpg", "a control character in its name"),
        ("turned\u202egpj.exe", "a control character in its name"),
        ("n" * 256, "its name is longer than 255 bytes"),
        ("é" * 128, "its name is longer than 255 bytes"),
        ("d" * 200 + "/" + "/".join(["e" * 200] * 5), "its path is longer than 1,000 bytes"),
    ],
)
def test_an_entry_with_a_hostile_name_is_refused_and_the_others_are_kept(tmp_path, name, expected):
    archive = packed(tmp_path, (name, b"evil"), ("good.jpg", b"good"))

    found, refused = unpacked(archive)

    assert found == [Found("good.jpg", 4)]
    assert [entry.reason for entry in refused] == [expected]
    assert everything_below(tmp_path) == {"photos.zip", "into", "into/good.jpg"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [(b"a\\evil", "a backslash in its name"), (b"a\0evil", "a control character in its name")],
)
def test_a_backslash_and_a_nul_in_a_name_are_refused(tmp_path, written, expected):
    archive = renamed(packed(tmp_path, ("a_evil", b"x")), b"a_evil", written)

    found, refused = unpacked(archive)

    assert found == []
    assert [entry.reason for entry in refused] == [expected]


def test_names_are_shown_without_their_control_characters(tmp_path):
    _, (refused,) = unpacked(packed(tmp_path, ("a\x1b[31m\u202eb", b"x")))

    assert refused.path == "a\\x1b[31m\\u202eb"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (stat.S_IFLNK, "a symbolic link"),
        (stat.S_IFIFO, "not a regular file"),
        (stat.S_IFCHR, "not a regular file"),
    ],
)
def test_links_and_devices_are_refused(tmp_path, kind, expected):
    info = zipfile.ZipInfo("way-out")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16

    found, refused = unpacked(packed(tmp_path, (info, b"/etc"), ("way-out/evil.jpg", b"evil")))

    assert refused[0] == Refused("way-out", expected)
    assert found == [Found("way-out/evil.jpg", 4)]
    assert not (tmp_path / "into" / "way-out").is_symlink()


def test_an_encrypted_entry_is_refused(tmp_path):
    archive = packed(tmp_path, ("a.jpg", b"secret"))
    content = bytearray(archive.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    archive.write_bytes(bytes(content))

    assert unpacked(archive) == ([], [Refused("a.jpg", "encrypted")])


def test_names_that_differ_in_case_only_are_one_file_on_some_systems(tmp_path):
    archive = packed(tmp_path, ("A/photo.jpg", b"1"), ("a/PHOTO.jpg", b"2"), ("a/other.jpg", b"3"))

    found, refused = unpacked(archive)

    assert [file.path_relative for file in found] == ["A/photo.jpg", "a/other.jpg"]
    reason = "the same name as another entry, upper and lower case apart"
    assert refused == [Refused("a/PHOTO.jpg", reason)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_or_as_file_and_folder_is_refused_the_second_time(tmp_path):
    archive = packed(
        tmp_path, ("a", b"1"), ("a", b"2"), ("a/b.jpg", b"3"), ("c/d.jpg", b"4"), ("c", b"5")
    )

    found, refused = unpacked(archive)

    assert found == [Found("a", 1), Found("c/d.jpg", 1)]
    assert [entry.path for entry in refused] == ["a", "a/b.jpg", "c"]


def test_an_entry_that_swells_too_much_is_refused_and_leaves_nothing(tmp_path):
    bomb = ("bomb.bmp", bytes(30_000_000))
    archive = packed(tmp_path, bomb, ("a.jpg", b"a"), how=zipfile.ZIP_DEFLATED)

    found, refused = unpacked(archive)

    assert found == [Found("a.jpg", 1)]
    assert refused == [Refused("bomb.bmp", "unpacks to more than 200 times its size")]


def test_bytes_are_counted_not_believed(tmp_path):
    archive = packed(tmp_path, ("a.jpg", os.urandom(5_000)), how=zipfile.ZIP_STORED)
    content = archive.read_bytes()
    archive.write_bytes(content.replace(struct.pack("<I", 5_000), struct.pack("<I", 50)))

    found, refused = unpacked(archive)

    assert found == []
    assert refused == [Refused("a.jpg", "damaged inside the zip")]


def test_the_limits_hold_for_an_entry_and_for_the_whole(tmp_path):
    archive = packed(tmp_path, *((f"{n}.jpg", bytes(400)) for n in range(5)), ("big", bytes(900)))

    _, big = unpacked(archive, entry=500)
    found, late = unpacked(archive, total=1_000)

    assert big == [Refused("big", "unpacks to more than 500 bytes")]
    assert [file.path_relative for file in found] == ["0.jpg", "1.jpg"]
    assert {entry.reason for entry in late} == {"the zip unpacks to more than 1,000 bytes"}


def test_too_many_entries_refuse_the_whole_zip(tmp_path):
    archive = packed(tmp_path, ("1", b""), ("2", b""), ("3", b""))

    with pytest.raises(FormatError, match="has 3 entries: above the limit of 2"):
        unpacked(archive, entries=2)

    assert everything_below(tmp_path) == {"photos.zip"}


def test_a_damaged_entry_is_refused_and_the_others_are_kept(tmp_path):
    archive = packed(tmp_path, ("a.jpg", b"content of a"), ("b.jpg", b"content of b"))
    archive.write_bytes(archive.read_bytes().replace(b"content of a", b"content of x"))

    assert unpacked(archive) == (
        [Found("b.jpg", 12)],
        [Refused("a.jpg", "damaged inside the zip")],
    )


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_refused(tmp_path, how):
    archive = packed(tmp_path, ("a.jpg", b"a"), how=how)

    assert unpacked(archive) == ([], [Refused("a.jpg", "packed in an unusual way")])


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_zip_is_refused_and_the_folder_stays_as_it_was(tmp_path, content):
    unpacked(packed(tmp_path, ("a.jpg", b"a")))
    other = tmp_path / "other.zip"
    other.write_bytes(content)

    with pytest.raises(FormatError, match=r"other\.zip is not a zip file"):
        unpacked(other)

    assert everything_below(tmp_path / "into") == {"a.jpg"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with a name.")
def test_a_pipe_named_like_a_zip_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.zip")

    with pytest.raises(FormatError, match="not a regular file"):
        unpacked(tmp_path / "pipe.zip")


def test_names_written_as_utf8_without_saying_so_are_read(tmp_path):
    archive = packed(tmp_path, ("Kaese_.jpg", b"x"))
    renamed(archive, b"Kaese_.jpg", "K\u00e4se_.jpg".encode())

    found, _ = unpacked(archive)

    assert found == [Found("Käse_.jpg", 1)]
