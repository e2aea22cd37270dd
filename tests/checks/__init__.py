"""Tests of the package of checks; the rules of section 5 are in tests/rules."""
