"""Compiles the templates of pages and e-mails into modules, in an unpacked package.

    python -m infra.jinja_templates TREE

Compiling them at run time costs the first page, or the first e-mail, of a process a tenth of its whole start.
"""

import sys
from pathlib import Path

from chalicelib.notices import mail
from chalicelib.pages import rendering
from chalicelib.templates import COMPILED

KINDS = ("html", "txt")
FOLDERS = {mail.FOLDER: mail.environment, rendering.FOLDER: rendering.environment}


def compile_into(tree: Path) -> None:
    """Write `compiled/` beside the templates of the tree; raises jinja2.TemplateSyntaxError."""
    here = Path.cwd()
    for folder, environment in FOLDERS.items():
        target = tree / folder.relative_to(here) / COMPILED
        environment().compile_templates(target, extensions=KINDS, zip=None, ignore_errors=False)


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]))
