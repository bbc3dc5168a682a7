"""Tables from files, good and bad ones; every bad one ends in a sentence."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crmquality.lib.tables import WHITESPACE, Limits, TableError, inspect

SMALL = Limits(line_characters=1000, harmless_bytes=100_000, columns=10, workbook_cells=1000)
TEXT = "编号,名称\n1,阿尔法\n2,贝塔\n"


def saved(folder: Path, data: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def rows(path: Path, **kwargs):
    return inspect(path, **kwargs).preview(100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_people_have_are_recognised(tmp_path, encoding):
    table = inspect(saved(tmp_path, TEXT.encode(encoding)))
    assert table.headers == ("编号", "名称")
    assert table.preview() == [(2, ["1", "阿尔法"]), (3, ["2", "贝塔"])]


def test_utf_16_without_a_mark_is_recognised_too(tmp_path):
    assert inspect(saved(tmp_path, "code,name\n1,One\n".encode("utf-16-le"))).headers == ("code", "name")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    text = f'a{delimiter}b\n"1{delimiter}1"{delimiter}2\n'
    assert rows(saved(tmp_path, text.encode())) == [(2, [f"1{delimiter}1", "2"])]


def test_gzip_is_unpacked(tmp_path):
    assert rows(saved(tmp_path, gzip.compress(TEXT.encode())))[0] == (2, ["1", "阿尔法"])


def test_line_numbers_count_the_lines_of_the_file(tmp_path):
    text = 'a,b\n\n1,"two\nlines"\r\n2,x\n'
    assert rows(saved(tmp_path, text.encode())) == [(3, ["1", "two\nlines"]), (5, ["2", "x"])]


def test_line_numbers_do_not_depend_on_the_bundles(tmp_path):
    text = "a,b\n" + "".join(f'{n},"x{chr(10) * (n % 3)}"\n' + "\n" * (n % 2) for n in range(50))
    table = inspect(saved(tmp_path, text.encode()))
    whole = [line for chunk in table.chunks(1000) for line in chunk.lines]
    assert whole == [line for chunk in table.chunks(3) for line in chunk.lines]


def test_blank_divided_files_have_their_lines_too(tmp_path):
    path = saved(tmp_path, b" id  date\n\n 1  1997\n")
    assert rows(path, delimiter=WHITESPACE) == [(3, ["1", "1997"])]


def test_short_rows_are_filled_and_long_ones_reported(tmp_path):
    chunk = next(inspect(saved(tmp_path, b"a,b\n1\n1,2,\n1,2,3\n")).chunks(10))
    assert chunk.columns == [("1", "1", "1"), ("", "2", "2")] and chunk.surplus == {2: "3"}


def test_headers_are_named_and_told_apart(tmp_path):
    assert inspect(saved(tmp_path, b"a,,a\n1,2,3\n")).headers == ("a", "Column 2", "a (2)")


def test_line_ends_inside_text_that_only_python_knows_do_not_divide(tmp_path):
    text = "a,b\n1,x\u2028y\x0bz\n2,w\n"
    assert rows(saved(tmp_path, text.encode())) == [(2, ["1", "x\u2028y\x0bz"]), (3, ["2", "w"])]


@given(st.lists(st.lists(st.text(alphabet='ab,;"\n\r 客', max_size=5), min_size=2, max_size=2), min_size=1, max_size=8))
def test_whatever_csv_can_say_is_read_as_said(tmp_path_factory, cells):
    import csv

    buffer = io.StringIO()
    csv.writer(buffer).writerows([["first", "second"], *[["x" + a, b] for a, b in cells]])
    path = saved(tmp_path_factory.mktemp("csv"), buffer.getvalue().encode())
    assert [row for _line, row in rows(path, delimiter=",")] == [["x" + a, b] for a, b in cells]


def workbook(folder: Path, cells: list[tuple[int, int, object]]) -> Path:
    path = folder / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, column, value in cells:
        sheet.write(row, column, value)
    book.close()
    return path


def test_excel_rows_have_excels_numbers_and_numbers_no_point(tmp_path):
    path = workbook(tmp_path, [(1, 0, "code"), (1, 1, "n"), (2, 0, "A"), (2, 1, 6), (4, 0, "B"), (4, 1, 2.5)])
    assert rows(path) == [(3, ["A", "6"]), (5, ["B", "2.5"])]


def test_one_cell_far_away_is_not_unfolded(tmp_path):
    path = workbook(tmp_path, [(0, 0, "a"), (1_000_000, 9, "x")])
    with pytest.raises(TableError, match="too large"):
        inspect(path, limits=SMALL)


def test_a_workbook_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/sharedStrings.xml", b"0" * 3_000_000)
    with pytest.raises(TableError, match="unpacks to more"):
        inspect(path, limits=Limits(workbook_bytes=1_000_000))


def test_a_gzip_bomb_is_refused(tmp_path):
    with pytest.raises(TableError, match="refused as unsafe"):
        inspect(saved(tmp_path, gzip.compress(b"1,2\n" * 5_000_000)), limits=SMALL)


@pytest.mark.parametrize(
    "data, sentence",
    [
        (b"", "empty"),
        (b"\n\n", "no rows"),
        (b"a,b\n" + b"x" * 3_000_000, "more than 1000 characters"),
        (b"a,b\n1,\xff\xff\n", "Line 2 is not readable"),
        (b"a,b\n1,\x00\n", "zero bytes"),
        (b'a,b\n1,"open\n' + b"x\n" * 200_000, "quotation mark"),
        (b",".join(b"c%d" % n for n in range(20)), "more than 10 columns"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "damaged or cut off"),
        (b"PK\x03\x04 not a zip", "damaged or encrypted"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
    ],
)
def test_every_bad_file_ends_in_one_sentence(tmp_path, data, sentence):
    with pytest.raises(TableError, match=sentence):
        for _chunk in inspect(saved(tmp_path, data), limits=SMALL).chunks(1000):
            pass


def test_a_zip_that_is_no_workbook_says_so(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", "a,b\n")
    with pytest.raises(TableError, match="not an Excel workbook"):
        inspect(path)


def test_a_long_file_takes_the_memory_of_a_short_one(tmp_path):
    import tracemalloc

    def peak(lines: int) -> int:
        table = inspect(saved(tmp_path, b"a,b,c\n" + b"1,two,three\n" * lines))
        tracemalloc.start()
        assert sum(len(chunk) for chunk in table.chunks(5000)) == lines
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(400_000) < 1.25 * peak(50_000)
