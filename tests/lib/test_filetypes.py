"""Files are what their content says."""

import io
import zipfile

import pytest

from crmquality.lib import filetypes
from crmquality.lib.filetypes import DOCX, GIF, JPEG, PDF, PNG, PPTX, TEXT, XLSX, ZIP, recognised, safe_name

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


def kind_of(content: bytes) -> filetypes.FileType | None:
    return recognised(io.BytesIO(content))


@pytest.mark.parametrize(
    "content, kind",
    [
        (b"%PDF-1.7\n", PDF),
        (PICTURE, PNG),
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"RIFF\0\0\0\0WEBPVP8 ", filetypes.WEBP),
        (b"RIFF\0\0\0\0WAVEfmt ", filetypes.WAV),
        (b"\0\0\0\x18ftypheic", filetypes.HEIC),
        (b"\0\0\0\x18ftypisom", filetypes.MP4),
        (b"#!AMR\n\x04", filetypes.AMR),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", filetypes.OLE),
        (archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (archive("xl/workbook.xml"), XLSX),
        (archive("ppt/presentation.xml"), PPTX),
        (archive("photo.jpg"), ZIP),
        (b"Li Na called.\r\n", TEXT),
        ("客户来电".encode(), TEXT),
        ("客户来电".encode("gb18030"), TEXT),
        ("客户来电".encode("utf-16"), TEXT),
        ("\ufeff客户".encode(), TEXT),
    ],
)
def test_what_offices_send_each_other_is_recognised(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0" + bytes(60),
        b"\x7fELF" + bytes(60),
        b"#!/bin/sh\nrm -rf /\n",
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf  \n<!DOCTYPE html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        "<script>alert(1)</script>".encode("utf-16"),
        archive("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 but no archive",
        bytes(100),
        b"text and then\0bytes",
        b"  %PDF-1.7 with something before it\0",
    ],
)
def test_what_runs_or_is_unknown_is_not(content):
    assert kind_of(content) is None


def test_a_polyglot_is_what_it_begins_with():
    assert kind_of(PICTURE + b"<script>alert(1)</script>") == PNG
    assert kind_of(b"GIF89a=1;/*" + archive("x.jar")) == GIF


def test_text_is_read_to_its_end():
    assert kind_of(b"a" * 200_000) == TEXT
    assert kind_of(b"a" * 200_000 + b"\0MZ") is None


@pytest.mark.parametrize(
    "name, kind, kept",
    [
        ("offer.pdf", PDF, "offer.pdf"),
        ("OFFER.PDF", PDF, "OFFER.PDF"),
        ("invoice.pdf.exe", PDF, "invoice.pdf.exe.pdf"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("prices.csv", TEXT, "prices.csv"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("..\\..\\boot.ini", TEXT, "boot.ini.txt"),
        ("C:\\Users\\me\\照片.jpeg", JPEG, "照片.jpeg"),
        ("invoice\u202egpj.exe", PDF, "invoicegpj.exe.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", PDF, "abSet-Cookie: x.pdf"),
        ("", PDF, "file.pdf"),
        (" .. ", PDF, "file.pdf"),
        (".pdf", PDF, "pdf.pdf"),
    ],
)
def test_names_lose_what_misleads(name, kind, kept):
    assert safe_name(name, kind) == kept


@pytest.mark.parametrize("letter", ["a", "客", "😀", "é"])
def test_long_names_keep_their_ending(letter):
    name = safe_name(letter * 500 + ".pdf", PDF)
    assert len(name) == 200 and name.endswith(letter + ".pdf")
