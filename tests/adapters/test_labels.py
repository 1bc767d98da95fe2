import pytest

from labeler_app.adapters.labels import BadLine, LabelRow, read_label_table, several
from labeler_app.errors import FormatError


def table(tmp_path, content: bytes):
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    return path


def test_rows_come_in_order_with_their_lines_and_other_columns_are_ignored(tmp_path):
    path = table(tmp_path, b"path,size,label\na/1.jpg,7,glass\na/2.jpg,8,metal\n")

    rows = list(read_label_table(path))

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
    rows = list(read_label_table(table(tmp_path, b"path,label\n1.jpg,\n2.jpg,glass\n")))

    assert [row.path for row in rows] == ["2.jpg"]


def test_one_spelling_of_accents_is_used(tmp_path):
    (row,) = read_label_table(table(tmp_path, "path,label\n1.jpg,cafe\u0301\n".encode()))

    assert row.label == "caf\u00e9"


def test_words_that_look_like_missing_values_stay_labels(tmp_path):
    rows = list(read_label_table(table(tmp_path, b"path,label\n1.jpg,NA\n2.jpg,null\n3.jpg,007\n")))

    assert [row.label for row in rows] == ["NA", "null", "007"]


def test_all_labels_of_a_path_come_each_with_its_line(tmp_path):
    lines = b"1.jpg,glass\n2.jpg,metal\n1.jpg,paper\n./1.jpg,glass\n"

    rows = list(read_label_table(table(tmp_path, b"path,label\n" + lines)))

    assert rows == [
        LabelRow("1.jpg", "glass", 2),
        LabelRow("2.jpg", "metal", 3),
        LabelRow("1.jpg", "paper", 4),
        LabelRow("1.jpg", "glass", 5),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", r"line 1: needs the columns path and label, has nothing"),
        (b"file,class\n1.jpg,a\n", r"line 1: needs the columns .*, has file, class"),
        (b"path,label\n1.jpg,a\xff\n", r"line 2: is not UTF-8 text"),
        (b'path,label\n1.jpg,"a\n', r"line 2: "),
        ("path,label\n".encode("utf-16"), r"line 1: is not UTF-8 text"),
        ("path,label\n".encode("utf-16-le"), r"line 1: holds a NUL character"),
    ],
)
def test_a_table_that_cannot_be_used_names_its_line(tmp_path, content, problem):
    with pytest.raises(FormatError, match=r"labels\.csv, " + problem):
        list(read_label_table(table(tmp_path, content)))


@pytest.mark.parametrize(
    ("line", "path", "reason"),
    [
        (b"1.jpg," + b"a" * 101, "1.jpg", "the label has more than 100 characters"),
        (b"1.jpg," + b"a" * 200_000, "1.jpg", "the label has more than 100 characters"),
        (b"1.jpg," + b"|" * 101, "1.jpg", "the label has more than 100 characters"),
        (b"1.jpg,b|" + b"a" * 101, "1.jpg", "the label has more than 100 characters"),
        (b'1.jpg,"a\tb"', "1.jpg", "the label holds a control character"),
        (b"1.jpg,\x07", "1.jpg", "the label holds a control character"),
        (b"1.jpg,a\x00", "1.jpg", "the label holds a control character"),
        (b"1\x07.jpg,a", "", "the path holds a control character"),
        (b"1.jpg", "", "has 1 of the columns, its path or label is missing"),
        (b",a", "", "the path is empty"),
    ],
)
def test_a_line_that_gives_no_label_is_told_and_the_others_are_read(tmp_path, line, path, reason):
    written = b"path,label\n2.jpg,glass\n" + line + b"\n\n3.jpg,a|b\n"

    rows = list(read_label_table(table(tmp_path, written)))

    assert rows == [
        LabelRow("2.jpg", "glass", 2),
        BadLine(path, 3, reason),
        LabelRow("3.jpg", "a|b", 5),
    ]


@pytest.mark.parametrize(
    ("label", "classes"),
    [
        ("cold | leafy", ("cold", "leafy")),
        ('["leafy", "red|green"]', ("leafy", "red|green")),
        ("[]", ()),
        ("|", ("|",)),
        ("| |", ("| |",)),
        ("[", ("[",)),
    ],
)
def test_only_an_empty_list_names_no_class(label, classes):
    assert several(label) == classes
