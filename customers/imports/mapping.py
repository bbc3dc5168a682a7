"""Which column of a file is which field."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from crmquality.lib.text import normalised

from .errors import ImportRefused
from .kinds import Kind


def plain(header: str) -> str:
    """A header as it is compared: case, width, blanks and punctuation do not matter.

    >>> plain("Invoice No."), plain("客户 名称（必填）")
    ('invoiceno', '客户名称')
    """
    text = normalised(header)
    # Reports say it twice: "Account Owner(Account Owner).id".
    text = re.sub(r"\(.*?\)(?=(\.id)?$)", "", text)
    # "Account Name.id" is another column than "Account Name".
    is_id = text.endswith(".id")
    return re.sub(r"[\W_]+", "", text.removesuffix(".id")) + (".id" if is_id else "")


def guess_mapping(
    kind: Kind, headers: Sequence[str], columns: Mapping[str, Sequence[str]] | None = None
) -> dict[str, str]:
    """field -> header by synonyms, the better synonym first; a header serves one field.

    `columns` has the synonyms of some fields in place of their own, and goes before them.
    """
    by_plain: dict[str, str] = {}
    for header in headers:
        by_plain.setdefault(plain(header), header)
    columns = columns or {}
    ranked = sorted(
        (field.name not in columns, rank, position, field.name, plain(synonym))
        for position, field in enumerate(kind.fields)
        for rank, synonym in enumerate(columns.get(field.name, (field.name, *field.synonyms)))
    )
    guessed: dict[str, str] = {}
    for _own, _rank, _position, name, synonym in ranked:
        header = by_plain.get(synonym, "")
        if header and name not in guessed and header not in guessed.values():
            guessed[name] = header
    return {field.name: guessed[field.name] for field in kind.fields if field.name in guessed}


def checked_mapping(
    kind: Kind, mapping: Mapping[str, str], headers: Sequence[str], provided: frozenset[str] = frozenset()
) -> dict[str, str]:
    """The mapping with every header as the file spells it, or a refusal that says what is wrong."""
    known = {field.name for field in kind.fields}
    by_plain = {plain(header): header for header in headers}
    found: dict[str, str] = {}
    for name, header in mapping.items():
        if name not in known:
            raise ImportRefused(_("%(kind)s have no field “%(name)s”.") % {"kind": kind.label, "name": name})
        actual = header if header in headers else by_plain.get(plain(header))
        if actual is None:
            raise ImportRefused(
                _("The file has no column “%(header)s”; its columns are: %(headers)s.")
                % {"header": header, "headers": ", ".join(headers)}
            )
        found[name] = actual
    _require(kind, found, provided)
    return found


def _require(kind: Kind, found: Mapping[str, str], provided: frozenset[str]) -> None:
    told = {*found, *provided, *(name for name, other in kind.stand_ins if other in found)}
    missing = [str(f.label) for f in kind.fields if f.required and f.name not in told]
    missing += [
        " / ".join(str(kind.field(name).label) for name in group) for group in kind.one_of if not told & set(group)
    ]
    if missing:
        raise ImportRefused(_("No column was found for: %(fields)s.") % {"fields": ", ".join(missing)})
    repeated = [header for header in found.values() if list(found.values()).count(header) > 1]
    if repeated:
        raise ImportRefused(_("The column “%(header)s” is used twice.") % {"header": repeated[0]})


def unknown_columns(headers: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Columns nobody asked for; they are listed and kept."""
    return [header for header in headers if header not in mapping.values()]
