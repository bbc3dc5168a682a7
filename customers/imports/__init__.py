"""Files of customers, products, orders and returns: read, checked, written, taken back."""
