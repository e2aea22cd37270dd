"""Tests of the audit document: how it is made, compared, localised and changed."""
