"""What an import says when it is over: to a script, to a person, to a spreadsheet."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from crmquality.lib.csvsafe import csv_lines
from crmquality.lib.money import digits_of
from crmquality.lib.text import enumerated
from crmquality.office.models import Organisation
from customers.models import ImportRun

from .rules import REASONS


def as_json(run: ImportRun) -> dict[str, Any]:
    """The fixed keys of `import_file --json`; all count lines of the file."""
    return {
        "kind": run.kind,
        "preset": run.preset,
        "dry_run": run.status == ImportRun.Status.CHECKED,
        "lines_read": run.lines_read,
        "accepted": run.accepted,
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "rejected": run.rejected,
        "rejected_by_reason": run.rejected_by_reason,
        "money_accepted": run.money_accepted,
        "money_in_file_of_accepted": run.money_in_file,
        "seconds": run.seconds,
    }


def as_text(run: ImportRun) -> str:
    """The identity, line by line."""
    title = _("Dry run, nothing written") if run.status == ImportRun.Status.CHECKED else _("Imported")
    lines = [
        f"{title}: {run.get_kind_display()} · {run.file_name} · {run.seconds} s (#{run.pk})",
        f"  {_('lines read'):<28}{run.lines_read:>12,}",
        f"  = {_('created'):<26}{run.created:>12,}",
        f"  + {_('updated'):<26}{run.updated:>12,}",
        f"  + {_('unchanged'):<26}{run.unchanged:>12,}",
        f"  + {_('rejected'):<26}{run.rejected:>12,}",
    ]
    lines += [f"      {reason_label(name)}: {number:,}" for name, number in run.rejected_by_reason.items()]
    if run.tells_money:
        money = {"money": money_text(run.money_accepted), "file": money_text(run.money_in_file)}
        lines.append(_("Money accepted %(money)s; the same lines of the file %(file)s.") % money)
    if run.unknown_columns:
        lines.append(_("Other columns, kept as they are: %(names)s.") % {"names": enumerated(run.unknown_columns)})
    return "\n".join(lines)


def money_text(minor: int) -> str:
    currency = Organisation.load().currency
    return f"{Decimal(minor).scaleb(-digits_of(currency)):,} {currency}"


def reason_label(name: str) -> str:
    return str(REASONS.get(name, name))


def rejections_csv(run: ImportRun) -> Iterator[str]:
    """The rejected lines as CSV for spreadsheets: marked as UTF-8, formulas made harmless."""
    return csv_lines(rejection_rows(run))


def rejection_rows(run: ImportRun) -> Iterator[list[Any]]:
    """A heading and a row per rejected line."""
    yield [_("Line"), _("Column"), _("Cell"), _("Reason")]
    rows = run.rejections.values_list("line", "column", "value", "reason")
    for line, column, value, reason in rows.iterator(chunk_size=5000):
        yield [line, column, value, reason_label(reason)]
