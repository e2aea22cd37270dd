"""What the sandbox promises to the demonstration and to other tests."""
