"""How many requests a run makes beside the least that the world allows.

    PYTHONPATH=. python benchmarks/requests.py [--picture docs/requests.svg | --time [PART]]

What is counted, and the least by route, is in `benchmarks.least`; the picture is `benchmarks.bars`, and how long the
command takes `benchmarks.wall_time`.
"""

import importlib
import sys
from pathlib import Path

# Python puts the folder of a script first on its path, where this file has the name of the library that vk_api needs.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]
if __name__ == "requests":
    del sys.modules["requests"]
    importlib.import_module(__name__)
elif __name__ == "__main__" and sys.argv[1:2] == ["--picture"]:
    importlib.import_module("benchmarks.bars").main(Path(sys.argv[2]))
elif __name__ == "__main__" and sys.argv[1:2] == ["--time"]:
    importlib.import_module("benchmarks.wall_time").main(*map(float, sys.argv[2:]))
elif __name__ == "__main__":
    importlib.import_module("benchmarks.least").main()
