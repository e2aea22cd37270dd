"""Write the golden documents anew."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.golden import SEEDS, demonstration, first_week, write

for seed in SEEDS:
    with TemporaryDirectory() as folder:
        write(f"seed-{seed}", demonstration(Path(folder), seed))
with TemporaryDirectory() as folder:
    write("first-week", first_week(Path("officials.yaml"), Path(folder) / "data"))
