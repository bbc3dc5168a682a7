"""Ready-made ways of reading files, as data; saved ones are rows of ImportPreset."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.tables import WHITESPACE
from customers.models import ImportPreset

from .errors import ImportRefused
from .options import ImportOptions


@dataclass(frozen=True)
class Preset:
    name: str
    kind: str
    label: str | Promise
    options: ImportOptions


BUILT_IN = (
    Preset(
        "uci-online-retail",
        "orders",
        gettext_lazy("Online Retail (UCI): invoice lines with cancellations"),
        ImportOptions(
            source="uci-online-retail",
            mapping={
                "number": "InvoiceNo",
                "product": "StockCode",
                "product_name": "Description",
                "quantity": "Quantity",
                "placed_at": "InvoiceDate",
                "price": "UnitPrice",
                "customer": "CustomerID",
                "region": "Country",
            },
            rules=("price_not_positive", "uci_not_a_product", "exact_duplicate", "cancellation_is_return"),
        ),
    ),
    Preset(
        "cdnow",
        "orders",
        gettext_lazy("CDNOW: purchases of CDs by customer and day"),
        ImportOptions(
            source="cdnow",
            mapping={"customer": "customer", "placed_at": "date", "quantity": "cds", "amount": "dollars"},
            rules=("number_by_customer_and_day", "one_product"),
            delimiter=WHITESPACE,
            layouts={
                "4": ("customer", "date", "cds", "dollars"),
                "5": ("customer", "sample id", "date", "cds", "dollars"),
            },
        ),
    ),
)


def all_presets(kind: str = "") -> list[Preset]:
    """Built in and saved, for one kind or all."""
    saved = [
        Preset(row.name, row.kind, row.name, ImportOptions.from_json(row.options)) for row in ImportPreset.objects.all()
    ]
    return [preset for preset in (*BUILT_IN, *saved) if kind in ("", preset.kind)]


def find_preset(name: str, kind: str) -> Preset:
    """The preset of that name, or a refusal that names the ones there are."""
    candidates = all_presets(kind)
    for preset in candidates:
        if preset.name == name:
            return preset
    names = ", ".join(preset.name for preset in candidates) or "–"
    raise ImportRefused(
        _("There is no preset “%(name)s” for %(kind)s; there are: %(names)s.")
        % {"name": name, "kind": kind, "names": names}
    )
