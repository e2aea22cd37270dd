"""A run: what is looked at, and how what was stored is judged, shown and played back."""
