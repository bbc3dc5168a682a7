"""What a file is, by its content: an allow-list of what offices send each other, nothing that runs."""

import codecs
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

CHUNK = 1 << 16
LONGEST_NAME = 200


@dataclass(frozen=True)
class FileType:
    """`endings`: those that a name may have; the first is given to names with another one."""

    mime: str
    endings: tuple[str, ...]
    is_image: bool = False


PDF = FileType("application/pdf", ("pdf",))
PNG = FileType("image/png", ("png",), is_image=True)
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), is_image=True)
GIF = FileType("image/gif", ("gif",), is_image=True)
WEBP = FileType("image/webp", ("webp",), is_image=True)
HEIC = FileType("image/heic", ("heic", "heif"))
MP3 = FileType("audio/mpeg", ("mp3",))
WAV = FileType("audio/wav", ("wav",))
OGG = FileType("audio/ogg", ("ogg", "opus"))
AMR = FileType("audio/amr", ("amr",))
MP4 = FileType("video/mp4", ("mp4", "m4a", "mov"))
ZIP = FileType("application/zip", ("zip",))
OLE = FileType("application/x-ole-storage", ("doc", "xls", "ppt", "msg", "wps", "et", "dps"))
OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX = FileType(f"{OPEN_XML}.wordprocessingml.document", ("docx",))
XLSX = FileType(f"{OPEN_XML}.spreadsheetml.sheet", ("xlsx",))
PPTX = FileType(f"{OPEN_XML}.presentationml.presentation", ("pptx",))
TEXT = FileType("text/plain", ("txt", "csv", "tsv", "md", "log", "json", "eml", "vcf", "ics"))

# Signature by the place where it stands; nothing may stand before it.
SIGNATURES = [
    (0, b"%PDF-", PDF), (0, b"\x89PNG\r\n\x1a\n", PNG), (0, b"\xff\xd8\xff", JPEG), (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF), (8, b"WEBP", WEBP), (8, b"WAVE", WAV), (4, b"ftyphei", HEIC), (4, b"ftypmif1", HEIC),
    (4, b"ftyp", MP4), (0, b"ID3", MP3), (0, b"\xff\xfb", MP3), (0, b"\xff\xf3", MP3), (0, b"OggS", OGG),
    (0, b"#!AMR", AMR), (0, b"PK\x03\x04", ZIP), (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
]  # fmt: skip
OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
TEXT_CONTROLS = frozenset("\t\n\r\f")
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def recognised(file: IO[bytes]) -> FileType | None:
    """The type that the content says; None for what is not on the list, empty files included."""
    head = _chunks(file)
    first = next(head, b"")
    for place, mark, kind in SIGNATURES:
        if first[place : place + len(mark)] == mark and (place != 8 or first.startswith(b"RIFF")):
            return _zipped(file) if kind is ZIP else kind
    return TEXT if first and _is_text(file, first) else None


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _zipped(file: IO[bytes]) -> FileType | None:
    """An office document, or a plain archive; None for one with macros or a damaged one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in names):
        return None
    return next((kind for name, kind in OFFICE.items() if name in names), ZIP)


def _is_text(file: IO[bytes], first: bytes) -> bool:
    """Text in UTF-8, UTF-16 or Chinese encoding, no script and no markup that a browser would run."""
    encodings = [ENCODINGS[first[:2]]] if first[:2] in ENCODINGS else ["utf-8-sig", "gb18030"]
    return any(_decodes(file, encoding) for encoding in encodings)


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    begin = ""
    try:
        for chunk in _chunks(file):
            text = decoder.decode(chunk)
            if any(ord(letter) < 32 and letter not in TEXT_CONTROLS for letter in set(text)):
                return False
            begin = begin or text.lstrip()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not begin.startswith(("<", "#!"))


def safe_name(name: str, kind: FileType) -> str:
    """`name` without folders, invisible letters and a wrong ending; never empty, never too long.

    >>> safe_name("../../invoice.exe", PDF), safe_name("照片.JPG", JPEG), safe_name("", TEXT)
    ('invoice.exe.pdf', '照片.JPG', 'file.txt')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Control letters, and those that turn the reading direction: "gpj.exe" would read "exe.jpg".
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = shown, kind.endings[0]
    return f"{(stem or 'file')[: LONGEST_NAME - len(ending) - 1]}.{ending}"
