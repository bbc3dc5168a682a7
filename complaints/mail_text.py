"""What a raw mail says: pure, and calm about everything that mail programs and forgers do to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from html.parser import HTMLParser

LONGEST_TEXT = 100_000
MOST_PARTS = 200
# Where the text of an older mail begins; from here on it is quoted.
QUOTED = re.compile(
    r"^(>|-{2,} ?(Original Message|原始邮件|原始郵件|Forwarded message)|On .{5,200} wrote:$|在 ?.{5,200}写道[:：]$"
    r"|在 ?.{5,200}寫道[:：]$|(From|发件人|寄件者)[:：] ?.+$|_{10,}$)",
    re.MULTILINE,
)
HIDDEN = {"script", "style", "head", "title", "template", "noscript"}
BREAKS = {"p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote"}


@dataclass(frozen=True)
class Content:
    """`text`: all it says; `fresh`: without what it quotes; `files`: names and bytes."""

    text: str
    fresh: str
    files: list[tuple[str, bytes]] = field(default_factory=list)


def parsed(raw: bytes) -> EmailMessage:
    """The mail, however broken."""
    mail = message_from_bytes(raw, policy=default)
    return mail if isinstance(mail, EmailMessage) else EmailMessage()


def texts_of(mail: EmailMessage, *names: str) -> list[str]:
    """The values of these headers as text; of one that cannot be read, as it stands."""
    wanted = {name.lower() for name in names}
    return [_header(mail, key, value) for key, value in mail.raw_items() if key.lower() in wanted]


def _header(mail: EmailMessage, key: str, value: object) -> str:
    try:
        text = str(mail.policy.header_fetch_parse(key, value))  # type: ignore[arg-type]
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        text = str(value)
    return _clean(text)


def _clean(text: str) -> str:
    """Without what PostgreSQL or a page cannot hold: NUL, half characters, control letters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", whole.replace("\r\n", "\n").replace("\r", "\n"))


def sender_of(mail: EmailMessage) -> tuple[str, str]:
    """Name and address of the sender; the address is '' where there is none that could be answered."""
    name, address = parseaddr(" ".join(texts_of(mail, "from")[:1]).replace("\n", " "))
    is_address = re.fullmatch(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,180}", address)
    return name[:200], address if is_address else ""


def is_automatic(mail: EmailMessage) -> bool:
    """Did a machine write it? (RFC 3834, and what the big programs do instead.)"""
    submitted = _word(mail, "auto-submitted")
    return (
        (submitted not in ("", "no"))
        or _word(mail, "precedence") in ("bulk", "junk", "list", "auto_reply")
        or bool(texts_of(mail, "x-auto-response-suppress", "list-id", "x-autoreply", "x-autorespond"))
        or _word(mail, "return-path") == "<>"
    )


def is_bounce(mail: EmailMessage) -> bool:
    """Is it the report of a mail server that a mail of ours did not arrive?"""
    return mail.get_content_type() == "multipart/report" and "delivery-status" in "".join(
        texts_of(mail, "content-type")
    )


def _word(mail: EmailMessage, name: str) -> str:
    return " ".join(texts_of(mail, name)).split(";")[0].strip().lower()


def content_of(mail: EmailMessage) -> Content:
    """Text (HTML where there is no plain one) and files, inline pictures too."""
    plain: list[str] = []
    html: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in _parts(mail):
        kind, data = part.get_content_type(), _bytes_of(part)
        is_file = part.get_content_disposition() == "attachment" or not kind.startswith("text/")
        if is_file or part.get_filename():
            files.append((_clean(part.get_filename() or "file"), data))
        elif kind == "text/html":
            html.append(text_of_html(_decoded(part, data)))
        else:
            plain.append(_clean(_decoded(part, data)))
    said = "\n".join(plain).strip() or "\n".join(html).strip()
    text = said[:LONGEST_TEXT]
    return Content(text, fresh_of(text), files)


def _parts(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The leaves, a sensible number of them; a forwarded mail is read as part of the text."""
    leaves = (part for part in mail.walk() if not part.is_multipart())
    for _number, part in zip(range(MOST_PARTS), leaves, strict=False):
        yield part


def _bytes_of(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return data if isinstance(data, bytes) else b""


def _decoded(part: EmailMessage, data: bytes) -> str:
    """By the charset it claims, else UTF-8, else what Chinese programs send, else with marks for what is lost."""
    claimed = str(part.get_param("charset") or "").lower()
    # GB2312 and GBK are parts of GB18030, and mails that claim them use its characters all the same.
    claimed = "gb18030" if claimed in ("gb2312", "gbk", "gb_2312-80") else claimed
    for charset in filter(None, (claimed, "utf-8", "gb18030")):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


class _Text(HTMLParser):
    """What a reader would see, with line breaks where blocks end. Nothing of the markup is kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in HIDDEN:
            self.hidden.append(tag)
        elif tag in BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The visible text.

    >>> text_of_html("<p>Hello<script>x()</script> <b>you</b></p><p>Bye")
    'Hello you\\nBye'
    """
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in _clean("".join(reader.said)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"\n{2}", "\n", "\n".join(lines))).strip()


def fresh_of(text: str) -> str:
    """What was written now, without the older mail below it; all of it where nothing else is left.

    >>> fresh_of("Thanks!\\n\\nOn Monday, Li Na wrote:\\n> Here it is.")
    'Thanks!'
    """
    found = QUOTED.search(text)
    return (text[: found.start()].strip() or text) if found else text
