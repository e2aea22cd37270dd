"""The search for officials' accounts over every open route, with a cache of what earlier searches asked.

In: the registry, the archive, the open routes and a budget. Out: ranked leads for each person, with reasons and doubts;
the registry is not changed, and nothing is stored of a page that is no lead. Order: links on the pages on record, the
networks' own search, user names formed from the person's name, and last the best leads themselves. May import
`archive`, `probes`, `registry` and `base`. A new route gets a module in `scouts`, a new rule about leads goes into
`scoring`.
"""
