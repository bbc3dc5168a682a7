"""The API of customers and their records; `ROUTES` is what the router offers of it."""

from .catalogue import AcquisitionSpendView, ProductLineView, ProductView, ReasonView
from .contacts import ConsentView, ContactView
from .customers import CustomerView
from .follow_ups import FollowUpView, InteractionView
from .opportunities import LossView, OpportunityView
from .orders import OrderView, ReturnView
from .records import AttachmentView, ContractView, JointProjectView, NeedView

ROUTES = {
    "customers": CustomerView,
    "contacts": ContactView,
    "consents": ConsentView,
    "interactions": InteractionView,
    "follow-ups": FollowUpView,
    "opportunities": OpportunityView,
    "losses": LossView,
    "contracts": ContractView,
    "needs": NeedView,
    "joint-projects": JointProjectView,
    "attachments": AttachmentView,
    "orders": OrderView,
    "returns": ReturnView,
    "products": ProductView,
    "product-lines": ProductLineView,
    "acquisition-spend": AcquisitionSpendView,
    "reasons": ReasonView,
}
