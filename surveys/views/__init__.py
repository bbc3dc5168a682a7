"""Pages of surveys: one module a subject."""
