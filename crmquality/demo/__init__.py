"""A demo company: invented customers whose lives hang together, and the way into the database."""
