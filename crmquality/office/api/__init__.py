"""Who is calling, what they may do, and what all views of the API share."""
