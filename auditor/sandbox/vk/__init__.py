"""VK of the sandbox: `api` answers the methods, `objects` writes what they answer with."""
