"""The rules of docs/dev/design.md, section 5: each test makes looks by hand and compares the findings with the rule."""

import pytest

pytest.register_assert_rewrite("tests.rules.rule_rows")
