"""The weekly page: one HTML file, and what is drawn on it."""
