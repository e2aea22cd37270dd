"""What is invented: offices, people, accounts, posts and comments, all drawn from one seed.

In: a seed and the end of a week. Out: `World`, with its accounts, and the YAML files that the program reads.
Imports nothing else of auditor. `model` has the parts of a world; a scenario tells the story of one office with the
tools of `story`: `heads` and `other_offices` in the main world (a new situation goes there), tests tell others.
`surroundings` places pages that a search finds, `neighbours` puts some into the main world, `world` builds all of it.
"""
