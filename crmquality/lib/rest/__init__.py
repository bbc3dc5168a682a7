"""What every endpoint of the API has in common, whatever it is about."""
