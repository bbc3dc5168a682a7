"""The API of surveys; `ROUTES` is what the router offers of it."""

from .campaigns import CampaignView
from .invitations import InvitationView
from .responses import ResponseView

ROUTES = {"campaigns": CampaignView, "invitations": InvitationView, "responses": ResponseView}
