"""Looking for the accounts of officials over every open route, and remembering how far the search came.

What finds most is asked first: pages on record that link to others, then the networks' own search, then user names
formed from a person's name (a thousand at once on VK, a few for each person in turn on t.me), and last the best leads
themselves. Nothing is written into the registry, and nothing at all is stored of a page that is no lead.
"""
