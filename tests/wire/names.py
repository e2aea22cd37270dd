"""Names of the audit document that these tests read and that may be renamed, each in one place."""

UNPROVED = "unproved_identity"
"""The cause where somebody answered of whom it is not known who he is."""
BY_BODY = "answered_by_body"
BY_UNKNOWN = "answered_by_unknown"
