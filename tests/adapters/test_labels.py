import pytest

from labeler_app.adapters.labels import LabelRow, read_label_table
from labeler_app.errors import FormatError


def table(tmp_path, content: bytes):
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    return path


def test_rows_come_in_order_with_their_lines_and_other_columns_are_ignored(tmp_path):
    path = table(tmp_path, b"path,size,label\na/1.jpg,7,glass\na/2.jpg,8,metal\n")

    rows = read_label_table(path)

    assert rows == [LabelRow("a/1.jpg", "glass", 2), LabelRow("a/2.jpg", "metal", 3)]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfpath,label\r\n1.jpg,glass\r\n",
        b"label;path\nglass;1.jpg\n",
        b"Path\tLabel\n.\\1.jpg\tglass\n",
        b'"path","label"\n"./1.jpg"," glass "\n\n',
    ],
    ids=["byte order mark", "semicolons", "tabs and backslashes", "quotes and spaces"],
)
def test_tables_as_other_programs_write_them_are_understood(tmp_path, content):
    (row,) = read_label_table(table(tmp_path, content))

    assert (row.path, row.label) == ("1.jpg", "glass")


def test_a_row_without_a_label_names_an_unlabeled_item(tmp_path):
    rows = read_label_table(table(tmp_path, b"path,label\n1.jpg,\n2.jpg,glass\n"))

    assert [row.path for row in rows] == ["2.jpg"]


def test_one_spelling_of_accents_is_used(tmp_path):
    (row,) = read_label_table(table(tmp_path, "path,label\n1.jpg,cafe\u0301\n".encode()))

    assert row.label == "caf\u00e9"


def test_words_that_look_like_missing_values_stay_labels(tmp_path):
    rows = read_label_table(table(tmp_path, b"path,label\n1.jpg,NA\n2.jpg,null\n3.jpg,007\n"))

    assert [row.label for row in rows] == ["NA", "null", "007"]


def test_a_path_named_twice_counts_once_if_its_label_is_the_same(tmp_path):
    rows = read_label_table(table(tmp_path, b"path,label\n1.jpg,glass\n1.jpg,glass\n"))

    assert len(rows) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", r"line 1: needs the columns path and label, has nothing"),
        (b"file,class\n1.jpg,a\n", r"line 1: needs the columns .*, has file, class"),
        (b"path,label\n1.jpg,a\n1.jpg,b\n", r"line 3: '1.jpg' is labeled 'b', but 'a' on line 2"),
        (b"path,label\n1.jpg\n", r"line 2: .* its path or label is missing"),
        (b"path,label\n,a\n", r"line 2: the path is empty"),
        (b"path,label\n1.jpg,a\x00\n", r"line 2: holds a NUL character"),
        (b"path,label\n1.jpg,a\xff\n", r"line 2: is not UTF-8 text"),
        (b'path,label\n1.jpg,"a\tb"\n', r"line 2: holds a control character"),
        (b"path,label\n1.jpg," + b"a" * 101, r"line 2: the label has more than 100 characters"),
        (b'path,label\n1.jpg,"a\n', r"line 2: "),
        (b"path,label\n1.jpg," + b"a" * 200_000, r"line 2: the label has more than 100 characters"),
        ("path,label\n".encode("utf-16"), r"line 1: is not UTF-8 text"),
    ],
)
def test_a_table_that_cannot_be_used_names_its_line(tmp_path, content, problem):
    with pytest.raises(FormatError, match=r"labels\.csv, " + problem):
        read_label_table(table(tmp_path, content))
