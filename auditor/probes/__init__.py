"""The only network code: look at one account over one route, return a snapshot."""
