"""Files that lie in the feeds folder and are not read are told of, in every run, and stop none."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from tests.integration.cli.conftest import AS_OF, call_program


def test_every_file_that_is_not_read_is_named_once(feeds: Path, tmp_path: Path) -> None:
    feeds = shutil.copytree(feeds, tmp_path / "feeds")
    (feeds / "payment.csv").write_text("payment_id\n")
    (feeds / "payments.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (feeds / "Payments").mkdir()
    (feeds / "Payments" / "p.csv").write_text("payment_id\n")
    (feeds / "payments_2.csv").symlink_to("/proc/self/environ")
    (feeds / "payments_3.csv").write_bytes(b"")
    (feeds / os.fsdecode(b"payments_\xd6\xd0.csv")).write_text(
        "payment_id,order_id,amount,status\nX1,X1,1,succeeded\n"
    )
    os.mkfifo(feeds / "payments_4.csv")
    answer = call_program(
        "run", "-v", "--feeds", feeds, "--as-of", AS_OF, "--store", "s.duckdb", "--json", cwd=tmp_path
    )
    assert answer.code == 0, answer.err
    unread = [
        "Payments/p.csv",
        "payment.csv",
        "payments.xls",
        "payments_2.csv",
        "payments_3.csv",
        "payments_4.csv",
    ]
    assert sorted(json.loads(answer.out)["unread"]) == unread
    for name in unread:
        assert sum(name in line for line in answer.err.splitlines()) == 1, name
    assert "PATH=" not in answer.err
    assert "payments_\\xd6\\xd0.csv" in answer.err
