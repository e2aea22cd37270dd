"""Looking for the accounts of officials over every open route, and keeping how far the search came.

What is asked is asked in the order of what it brings: pages on record that link to others, the networks' own search,
then names formed from a person's own, tried on VK a thousand at once and on t.me a few for each person in turn, and
last the best leads themselves. Nothing is written into the registry, and of a page that is nobody's lead nothing
is written at all.
"""

__all__ = ["Budget", "Quarry", "Search", "SearchResult", "records", "since_of"]

from auditor.search.asking import Budget
from auditor.search.quarry import Quarry
from auditor.search.search import Search, SearchResult, records, since_of
