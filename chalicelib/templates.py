"""Where jinja2 finds templates: compiled beforehand in a package (infra/jinja_templates.py), as they are written elsewhere.

jinja2 is imported when the first template is wanted.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import BaseLoader

COMPILED = "compiled"


def loader(folder: Path) -> "BaseLoader":
    """The loader of a folder's templates; one of the two ways and never a mixture, so that a package lacks none unnoticed."""
    from jinja2 import FileSystemLoader, ModuleLoader

    compiled = folder / COMPILED
    return ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(folder)
