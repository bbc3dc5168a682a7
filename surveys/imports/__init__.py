"""Bringing in past answers from files: what the imports of the lower app need to know about them."""
