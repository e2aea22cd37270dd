"""What people's words say: does a comment ask, has a page moved, have two texts the same words.

Pure and bounded in time whatever the text. It is called at the door, before anything is stored: nothing here returns a
citizen's words, and what is stored of a text is a code, a flag or a sketch (DESIGN.md sections 10 and 12).
"""
