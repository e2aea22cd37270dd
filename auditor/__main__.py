"""``python -m auditor``."""

from auditor.commands.cli import main

main()
