"""What every room uses: snapshots, weeks, text and its translation, addresses, errors, secrets, settings, files."""
