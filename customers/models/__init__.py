from .changed import ChangedCustomer
from .customer import Customer, CustomerPhase, Tier
from .orders import Order, OrderLine, Return
from .product import Product, ProductLine

__all__ = [
    "ChangedCustomer",
    "Customer",
    "CustomerPhase",
    "Order",
    "OrderLine",
    "Product",
    "ProductLine",
    "Return",
    "Tier",
]
