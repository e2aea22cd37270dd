"""Tests of the looks over every route, and of the modules that run them."""
