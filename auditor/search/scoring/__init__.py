"""Finding accounts, the pure part: which addresses to try, who is meant by a link, what counts for and against a lead.

Nothing here asks a network, and nothing here is a verdict: a lead is for a person to confirm.
"""
