"""Facts about customers in, readings, points, scores and reasons out. Pure: no Django, no clock."""
