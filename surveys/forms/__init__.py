"""Forms of surveys: one module a subject."""
