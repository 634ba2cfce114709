"""Whatever happens while a file is written: it is there whole, or as it was, or not at all."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from bot.errors import InputError
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import export_csv
from bot.registry.whole_files import replacing, write_new
from tests.bot.registry.founding import NOW, add_case


def test_a_new_file_is_written_and_one_that_is_there_kept(tmp_path: Path) -> None:
    write_new(tmp_path / "one", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "one", b"second")
    (tmp_path / "broken link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "broken link", b"second")
    assert (tmp_path / "one").read_bytes() == b"first"
    assert {file.name for file in tmp_path.iterdir()} == {"one", "broken link"}


def test_files_are_replaced_together_or_not_at_all(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_text("old")
    with pytest.raises(OSError, match="No such file"), replacing(paths) as parts:
        (parts[0] / "no folder").write_text("new")
    assert [path.read_text() for path in paths] == ["old", "old"]
    with replacing(paths) as parts:
        for part in parts:
            part.write_text("new")
    assert [path.read_text() for path in paths] == ["new", "new"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.MASTHEAD])
def test_a_folder_that_is_not_there_is_a_sentence(
    connection: sqlite3.Connection, tmp_path: Path, form: ExportFormat
) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        export_file(connection, tmp_path / "nowhere" / "out", form=form, now=NOW)


CHILD = """
    import os, signal, sqlite3, sys
    from pathlib import Path
    from bot.registry.importers import exporting
    from bot.store.database import migrate
    from tests.bot.registry.founding import add_case

    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path("m.db"))
    add_case(connection)
    real = exporting.exported

    def dying(connection, name):
        for row in real(connection, name):
            yield row
            if name == "claims.csv":
                os.kill(os.getpid(), signal.SIGKILL)

    exporting.exported = dying
    exporting.export_csv(connection, Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills its own process")
def test_an_export_that_dies_leaves_the_older_set_whole(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    root = Path(__file__).parents[3]
    add_case(connection)
    export_csv(connection, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.glob("*.csv")}
    ran = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", dedent(CHILD), str(tmp_path)],
        check=False,
        capture_output=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert {file.name: file.read_bytes() for file in tmp_path.glob("*.csv")} == before
