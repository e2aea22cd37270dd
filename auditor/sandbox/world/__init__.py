"""What is invented, and what is true of it: offices, people, accounts, posts and comments, drawn from one seed.

`model` is what a world is made of, `truth` what must be found in it. A scenario tells one office's story (`story`):
`heads` and `other_offices` in the main world, `hidden` in the one for finding accounts; tests tell more.
`surroundings` places pages that a search finds, `neighbours` puts some into the main world. `world` puts it all
together, `yaml_files` writes it as the files that the program reads.
"""
