"""What every room speaks of: snapshots, weeks, text and its translation, addresses, errors, settings, files."""
