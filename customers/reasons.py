"""Why customers and opportunities are lost: the tree an installation starts with."""

from django.utils.translation import gettext_noop as _

from .models import Reason

# The names are stored in English and translated when shown; a name that an admin gives is shown as it is.
TREE = {
    _("Price"): (_("Too dear"), _("Payment terms"), _("Discount refused")),
    _("Quality"): (_("Defects"), _("Uneven from batch to batch"), _("Did not fit the use")),
    _("Delivery"): (_("Too late"), _("Out of stock"), _("Incomplete or damaged")),
    _("Poor service"): (_("Slow to answer"), _("Complaint badly handled"), _("Contact person changed")),
    _("Competitor"): (_("Better offer"), _("Nearer to the customer"), _("Tie within the group")),
    _("Need gone"): (
        _("Makes it themselves now"),
        _("Product line given up"),
        _("Budget cut"),
        _("Bought for one occasion"),
    ),
    _("Closed down"): (),
    _("Relationship ended by us"): (_("Did not pay"),),
    _("Not known"): (),
}


def load() -> int:
    """Make the tree unless there are reasons already; how many were made."""
    if Reason.objects.exists():
        return 0
    made = 0
    for place, (name, parts) in enumerate(TREE.items(), start=1):
        parent = Reason.objects.create(name=name, position=place)
        for below, part in enumerate(parts, start=1):
            Reason.objects.create(name=part, parent=parent, position=below)
        made += 1 + len(parts)
    return made
