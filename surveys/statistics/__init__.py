"""The statistics of surveys: pure functions of numbers, no database and no clock.

Plain numbers, sequences or arrays in; small frozen dataclasses out. Missing answers are None or NaN
and are left out; where nothing is left the result is None. Shares are 0 to 1.
"""

from .intervals import Mean, Share, csi, mean_with_interval, response_rate, share_of, top_box
from .promoters import Change, NetPromoter, net_promoter, net_promoter_change, net_promoter_of
from .samples import allocate, margin_of_error, sample_size
from .scales import acsi, cronbach_alpha, rescale_to_100
from .small_groups import MINIMUM_GROUP, Suppressed, hidden_groups, suppress
from .tables import Independence, independence
from .weighting import Weighting, effective_size, rake, weights_to_audience

__all__ = [
    "MINIMUM_GROUP",
    "Change",
    "Independence",
    "Mean",
    "NetPromoter",
    "Share",
    "Suppressed",
    "Weighting",
    "acsi",
    "allocate",
    "cronbach_alpha",
    "csi",
    "effective_size",
    "hidden_groups",
    "independence",
    "margin_of_error",
    "mean_with_interval",
    "net_promoter",
    "net_promoter_change",
    "net_promoter_of",
    "rake",
    "rescale_to_100",
    "response_rate",
    "sample_size",
    "share_of",
    "suppress",
    "top_box",
    "weights_to_audience",
]
