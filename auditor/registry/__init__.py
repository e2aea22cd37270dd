"""officials.yaml: who owes what, who holds an office, and which accounts are theirs (docs/dev/design.md, section 6).

In: the text of officials.yaml and of the files it includes, statements.yaml, corrections.yaml, and an operator's
decisions. Out: a checked `Registry` or a `RegistryError` with every problem and its line; what follows from it on a day
(`holders`, `gaps`); edits of the file that leave everything else as it is (`decisions`, `registry_file`).
A mistake of a file is one call, `ModelReader.add_problem_at`: what is wrong and how to mend it; `invalid` says so of a
value, `refusal` of a command. To change the registry, take a draft, say what it shall hold, and write it::

    file = RegistryFile(path, now)
    registry = file.registry()
    draft = file.draft_of(registry, office)
    draft.add((), "tenures", {"name": "Имярек А. А.", "since": "2026-11", "sources": [address]})
    draft.set(("tenures", 0), "until", "2026-11")
    draft.remove(("tenures", 0, "searches", 1))
    edit = draft.change(message)
    show(edit.diff)
    edit.write()  # all of it or nothing; `edit.undo()` takes it back

It imports `auditor.base` alone. A new key goes into `models`, a rule about several entries into `rules`, something the
registry may lack into `gaps`, a decision into `decisions`. What an office answers goes in by `answers`, from
a dialog or from the sheet that `answer_sheet` defines and `filled_sheet` reads; `typed_text` reads what people type.
"""

__all__ = ["Office", "Registry", "load_registry", "locate_registry", "parse_registry", "pick_office"]

from auditor.registry.loader import load_registry, locate_registry, parse_registry
from auditor.registry.lookup import pick_office
from auditor.registry.models import Office, Registry
