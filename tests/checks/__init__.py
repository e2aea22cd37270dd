"""What the room that judges promises: section 5 is in tests/rules."""
