"""Which customers' records changed, written by the database in the changing transaction."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangedCustomer(models.Model):
    """One customer whose records changed. Append-only, so writers never wait for each other.

    The key doubles as the version of all records: a run notes the highest one it has seen,
    and the same version with the same rules means the same result.
    """

    customer_id = models.BigIntegerField(db_index=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("changed customer")
        verbose_name_plural = _("changed customers")

    def __str__(self) -> str:
        return str(self.customer_id)


def mark_changed(select: str = "SELECT customer_id FROM {rows}") -> list[pgtrigger.Trigger]:
    """Statement triggers that note everyone affected, old owner and new one alike.

    A trigger and not a verb, because timestamps and forgotten calls would miss deletes,
    undone imports and cascades.
    """
    events = {
        "insert": (pgtrigger.Insert, ["new_rows"]),
        "update": (pgtrigger.Update, ["old_rows", "new_rows"]),
        "delete": (pgtrigger.Delete, ["old_rows"]),
    }
    return [
        pgtrigger.Trigger(
            name=f"mark_changed_on_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(
                old="old_rows" if "old_rows" in tables else None,
                new="new_rows" if "new_rows" in tables else None,
            ),
            func=f"""
                INSERT INTO customers_changedcustomer (customer_id, changed_at)
                SELECT DISTINCT customer_id, now() FROM (
                    {" UNION ".join(select.format(rows=rows) for rows in tables)}
                ) AS affected WHERE customer_id IS NOT NULL;
                RETURN NULL;
            """,
        )
        for name, (operation, tables) in events.items()
    ]
