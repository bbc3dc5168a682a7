from .changed import ChangedCustomer
from .customer import Customer, CustomerPhase, LifecycleStage, Tier
from .imports import ImportChange, ImportKind, ImportPreset, ImportRejection, ImportRun
from .orders import Order, OrderLine, Return
from .product import Product, ProductLine

__all__ = [
    "ChangedCustomer",
    "Customer",
    "CustomerPhase",
    "ImportChange",
    "ImportKind",
    "ImportPreset",
    "ImportRejection",
    "ImportRun",
    "LifecycleStage",
    "Order",
    "OrderLine",
    "Product",
    "ProductLine",
    "Return",
    "Tier",
]
