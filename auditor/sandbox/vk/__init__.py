"""VK of the sandbox.

In: a method and its parameters. Out: the JSON of its response or error, made of the world of a `SandboxState`.
Imports the world and the state of the sandbox only. `api` responds to methods, `objects` writes their objects.
A new method goes into `VkApi`, a new field into `objects`.
"""
