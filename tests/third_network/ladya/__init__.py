"""Ladya, a network of the tests: a folder like those of VK and Telegram, as short as one can be.

Read it in this order: `ladya_network` (what the rest of the program needs to know), `responses` (what is requested, and
what is stored of the answers), `ladya_source` (in which order a look asks), `ladya_plugin` (how requests are sent).
"""
