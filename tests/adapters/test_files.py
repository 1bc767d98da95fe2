import hashlib
import os
import sys
from pathlib import Path

import pytest

from labeler_app.adapters import files
from labeler_app.adapters.files import Found
from labeler_app.errors import FormatError, InputError

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files.")


def put(root: Path, name: str, content: bytes = b"x") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_folder_is_walked_in_the_order_of_names_with_sizes(tmp_path):
    put(tmp_path, "b/2.jpg", b"two")
    put(tmp_path, "a.jpg", b"a")
    put(tmp_path, "b/10.jpg", b"")

    found = list(files.scan_folder(tmp_path))

    assert found == [Found("a.jpg", 1), Found("b/10.jpg", 0), Found("b/2.jpg", 3)]


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    put(tmp_path, ".DS_Store")
    put(tmp_path, ".git/photo.jpg")
    put(tmp_path, "__MACOSX/photo.jpg")
    put(tmp_path, "photo.jpg")

    found = list(files.scan_folder(tmp_path))

    assert [file.path_relative for file in found] == ["photo.jpg"]


@posix_only
def test_links_and_pipes_are_named_with_their_problem_and_not_followed(tmp_path):
    root = tmp_path / "root"
    put(tmp_path, "outside/secret.jpg")
    root.mkdir()
    (root / "a-link.jpg").symlink_to(tmp_path / "outside" / "secret.jpg")
    (root / "b-folder").symlink_to(tmp_path / "outside")
    (root / "c-loop").symlink_to(root)
    os.mkfifo(root / "d-pipe.jpg")

    found = list(files.scan_folder(root))

    assert [(file.path_relative, file.problem) for file in found] == [
        ("a-link.jpg", "a symbolic link"),
        ("b-folder", "a symbolic link"),
        ("c-loop", "a symbolic link"),
        ("d-pipe.jpg", "not a regular file"),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems refuse such names.")
def test_a_name_that_is_not_text_is_shown_with_escapes_and_its_problem(tmp_path):
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg"))).write_bytes(b"x")

    (found,) = files.scan_folder(tmp_path)

    assert found == Found("caf\\xe9.jpg", 1, "its name is not valid text")


@posix_only
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="Root may read every folder.")
def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    put(tmp_path, "closed/photo.jpg")
    (tmp_path / "closed").chmod(0)

    found = list(files.scan_folder(tmp_path))
    (tmp_path / "closed").chmod(0o700)

    assert found == [Found("closed", 0, "a folder that cannot be read")]


def test_very_deep_folders_are_walked(tmp_path):
    deep = "/".join(["d"] * 300)
    put(tmp_path, f"{deep}/photo.jpg")

    (found,) = files.scan_folder(tmp_path)

    assert found.path_relative == f"{deep}/photo.jpg"


def test_scanning_what_is_no_folder_says_so(tmp_path):
    with pytest.raises(InputError, match="is not a folder that can be read"):
        list(files.scan_folder(tmp_path / "nowhere"))


def test_the_fingerprint_is_the_sha256_of_the_bytes(tmp_path):
    path = put(tmp_path, "photo.jpg", b"some bytes")

    assert files.sha256(path) == hashlib.sha256(b"some bytes").hexdigest()


@posix_only
def test_the_fingerprint_of_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FormatError, match="not a regular file"):
        files.sha256(tmp_path / "pipe")


def test_a_file_that_went_away_is_no_longer_there(tmp_path):
    with pytest.raises(FormatError, match="no longer there"):
        files.sha256(tmp_path / "gone.jpg")


@pytest.mark.parametrize("path", ["../secret.jpg", "a/../../secret.jpg"])
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path, path):
    put(tmp_path, "secret.jpg")
    put(tmp_path, "root/a/photo.jpg")

    with pytest.raises(FormatError, match="outside the folder"):
        files.inside(Path(path), tmp_path / "root")


@posix_only
def test_a_folder_link_that_leads_out_is_refused_and_one_above_the_root_is_fine(tmp_path):
    put(tmp_path, "outside/secret.jpg")
    put(tmp_path, "root/photo.jpg")
    (tmp_path / "root" / "way-out").symlink_to(tmp_path / "outside")
    (tmp_path / "alias").symlink_to(tmp_path / "root")

    inside = files.inside(Path("photo.jpg"), tmp_path / "alias")

    assert inside.read_bytes() == b"x"
    with pytest.raises(FormatError, match="outside the folder"):
        files.inside(Path("way-out/secret.jpg"), tmp_path / "root")


@posix_only
def test_a_circle_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    with pytest.raises(FormatError, match="no longer there"):
        files.inside(Path("a/photo.jpg"), tmp_path)


def test_a_name_promises_an_image_also_where_the_kind_is_refused_later():
    assert files.is_image_name("a/PHOTO.JPG")
    assert files.is_image_name("scan.heic")
    assert not files.is_image_name("labels.csv")
    assert not files.is_image_name("jpg")


def test_the_first_folder_names_the_class():
    assert files.class_folder("glass/old/1.jpg") == "glass"
    assert files.class_folder("1.jpg") is None


def test_one_folder_around_everything_names_no_class():
    paths = ["photos/glass/1.jpg", "photos/metal/2.jpg", "photos/3.jpg"]

    wrapper = files.wrapper_folder(paths)

    assert wrapper == "photos"
    assert [files.class_folder(path, wrapper=wrapper) for path in paths] == ["glass", "metal", None]
    assert files.wrapper_folder(["glass/1.jpg", "metal/2.jpg"]) == ""
    assert files.wrapper_folder(["glass/1.jpg", "2.jpg"]) == ""
