"""The staff's pages of customers' records."""
