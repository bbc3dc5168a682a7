"""Public sample files: Online Retail (UCI) and CDNOW."""

from django.utils.translation import gettext_lazy as _

from crmquality.lib.tables import WHITESPACE
from customers.imports.options import ImportOptions

from .preset import Preset

SAMPLES = (
    Preset(
        "uci-online-retail",
        "orders",
        _("Online Retail (UCI): invoice lines with cancellations"),
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
        _("CDNOW: purchases of CDs by customer and day"),
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
