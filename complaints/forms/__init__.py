"""Forms of the staff's and of the customer's pages."""
