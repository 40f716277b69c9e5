"""Templates compiled for a package say what their sources say."""

from pathlib import Path

import pytest
from jinja2 import FileSystemLoader, ModuleLoader

from chalicelib.notices import mail
from chalicelib.notices.wording import common, tokens
from chalicelib.templates import COMPILED, loader
from infra.jinja_templates import FOLDERS, KINDS, compile_into

LETTER = {
    "language": "vi", "urgent": True, "heading": "Đã giao xử lý", "lead": ["Dòng <một>", "Dòng hai"], "preview": "Dòng",
    "details": [("Kết quả", "Đã vá\nổ gà & cắm biển")], "button": "Xem", "link": "https://yenbai.example/t/X",
    "foot": ["Thư tự động"], "t": common("vi"),
}  # fmt: skip


def test_where_nothing_is_compiled_templates_come_as_they_are_written(tmp_path: Path) -> None:
    assert isinstance(loader(tmp_path), FileSystemLoader)


def test_where_templates_are_compiled_no_source_is_read(tmp_path: Path) -> None:
    (tmp_path / COMPILED).mkdir()
    assert isinstance(loader(tmp_path), ModuleLoader)


def test_every_template_can_be_had_compiled(tmp_path: Path) -> None:
    compile_into(tmp_path)
    for folder, environment in FOLDERS.items():
        compiled = environment().overlay(loader=loader(tmp_path / folder.relative_to(Path.cwd())))
        names = environment().list_templates(extensions=KINDS)
        assert names
        for name in names:
            assert set(compiled.get_template(name).blocks) == set(environment().get_template(name).blocks)


@pytest.mark.parametrize("name", ["citizen.html", "citizen.txt"])
def test_a_letter_reads_the_same_from_either(tmp_path: Path, name: str) -> None:
    compile_into(tmp_path)
    compiled = mail.environment().overlay(loader=loader(tmp_path / mail.FOLDER.relative_to(Path.cwd())))
    written = mail.environment().get_template(name).render(LETTER, c=tokens())
    assert "ổ gà" in written
    assert compiled.get_template(name).render(LETTER, c=tokens()) == written
