from .agreement import JointProject, Need, ServiceContract
from .attachment import Attachment
from .changed import ChangedCustomer
from .contact import Channel, Consent, Contact
from .customer import Customer, CustomerPhase, CustomerStatus, LifecycleStage, Tier
from .identity import CustomerMerge, DistinctPair
from .imports import ImportChange, ImportKind, ImportPreset, ImportRejection, ImportRun
from .interaction import FollowUp, Interaction
from .opportunity import AcquisitionSpend, Loss, Opportunity, Reason
from .orders import Order, OrderLine, Return
from .privacy import PersonalDataLog, RetentionPeriod
from .product import Product, ProductLine
from .visit import VisitInterval

__all__ = [
    "AcquisitionSpend",
    "Attachment",
    "ChangedCustomer",
    "Channel",
    "Consent",
    "Contact",
    "Customer",
    "CustomerMerge",
    "CustomerPhase",
    "CustomerStatus",
    "DistinctPair",
    "FollowUp",
    "ImportChange",
    "ImportKind",
    "ImportPreset",
    "ImportRejection",
    "ImportRun",
    "Interaction",
    "JointProject",
    "LifecycleStage",
    "Loss",
    "Need",
    "Opportunity",
    "Order",
    "OrderLine",
    "PersonalDataLog",
    "Product",
    "ProductLine",
    "Reason",
    "RetentionPeriod",
    "Return",
    "ServiceContract",
    "Tier",
    "VisitInterval",
]
