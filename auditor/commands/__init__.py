"""What is typed: a command a module."""
