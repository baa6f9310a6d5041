"""Given files in a folder, on an SFTP server or in a bucket, whole ones are fetched, each version once."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
import pytest
import requests
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from orderhealth_pipeline.settings import Settings, read_settings
from orderhealth_pipeline.sources.check import check_source
from orderhealth_pipeline.sources.pull import pull_source
from orderhealth_pipeline.sources.pulled import PullResult
from tests.integration.sources.sftp_server import PASSWORD, serving_sftp

HEADER = "order_id,placed_at,status,amount\n"


@dataclass(frozen=True)
class Place:
    """A place that files can be put to: its settings, putting a file, and the environment of its secrets."""

    kind: str
    settings: str
    put: Callable[[str, str], None]
    environment: dict[str, str]


@pytest.fixture(scope="module")
def bucket_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "sftp", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    outside = tmp_path / "outside"
    (outside / "exports").mkdir(parents=True)

    def put(name: str, text: str) -> None:
        file = outside / "exports" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        os.utime(file, (time.time() - 300, time.time() - 300))

    if request.param == "folder":
        yield Place("folder", f"url: {outside}/exports", put, {})
    elif request.param == "sftp":
        with serving_sftp(outside, tmp_path / "known_hosts") as server:
            address = server.address("/exports")
            settings = f'url: {address}, password: "${{PASSWORD}}", known_hosts: {server.known_hosts}'
            yield Place("sftp", settings, put, {"PASSWORD": PASSWORD})
    else:
        address = request.getfixturevalue("bucket_address")
        name = f"exports-{time.monotonic_ns()}"
        requests.put(f"{address}/{name}", timeout=10).raise_for_status()

        store = S3Store(
            name,
            endpoint=address,
            region="us-east-1",
            access_key_id="AKIA-key",
            secret_access_key="s3cret-key",
            client_options={"allow_http": True},
        )

        def put_object(file: str, text: str) -> None:
            obstore.put(store, f"shop/{file}", text.encode())

        settings = (
            f"url: s3://{name}/shop, endpoint: {address}, region: us-east-1, "
            'access_key: "${KEY}", secret_key: "${SECRET}"'
        )
        yield Place("s3", settings, put_object, {"KEY": "AKIA-key", "SECRET": "s3cret-key"})


def settings_of(folder: Path, place: Place, extra: str = "") -> Settings:
    (folder / "orderhealth.yml").write_text(
        f"sources:\n  wms: {{type: files, {place.settings}{extra}}}\n", encoding="utf-8"
    )
    return read_settings(folder / "orderhealth.yml", place.environment)


def pull(settings: Settings, minutes: float = 5) -> PullResult:
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    return pull_source(settings, "wms", now=now, sleep=lambda _: None)


def contents(settings: Settings) -> list[str]:
    files = sorted(settings.landing_of("wms").glob("storefront_orders*"))
    return [file.read_text(encoding="utf-8").splitlines()[-1].split(",")[0] for file in files]


def test_each_version_of_a_file_lands_once_and_private(place: Place, tmp_path: Path) -> None:
    place.put("storefront_orders.csv", f"{HEADER}A1,2026-11-10 10:00:00,paid,1\n")
    place.put(
        "storefront_orders/2026/11.csv".replace("/2026/", "/"), f"{HEADER}A2,2026-11-10 10:00:00,paid,1\n"
    )
    settings = settings_of(tmp_path, place)
    result = pull(settings)
    assert result.trouble is None, result
    assert len(result.files) == 2
    assert {stat.S_IMODE(file.path.stat().st_mode) for file in result.files} == {0o600}
    assert pull(settings).files == ()
    time.sleep(1.1)
    place.put(
        "storefront_orders.csv", f"{HEADER}A1,2026-11-10 10:00:00,paid,1\nA3,2026-11-10 10:00:00,paid,1\n"
    )
    assert len(pull(settings).files) == 1
    assert sorted(contents(settings)) == ["A1", "A2", "A3"]


def test_unfinished_hidden_empty_and_unasked_files_stay_where_they_are(place: Place, tmp_path: Path) -> None:
    for name in ("a.csv.part", ".hidden.csv", "~$a.xlsx", "storefront_orders.pdf"):
        place.put(name, "x")
    place.put("storefront_orders_empty.csv", "")
    settings = settings_of(tmp_path, place, ', files: ["*.csv", "*.xlsx"]')
    assert pull(settings).files == ()
    assert [each.level for each in check_source(settings, "wms", datetime.now(UTC) + timedelta(hours=1))] == [
        "warning"
    ]


def test_a_file_that_still_rests_too_short_waits(place: Place, tmp_path: Path) -> None:
    place.put("storefront_orders.csv", f"{HEADER}A1,2026-11-10 10:00:00,paid,1\n")
    settings = settings_of(tmp_path, place, ", rest: 30m")
    assert pull(settings, 0).files == ()
    assert len(pull(settings, 60).files) == 1


def test_a_wrong_secret_is_told_without_it(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    with serving_sftp(tmp_path / "outside", tmp_path / "known_hosts") as server:
        text = (
            f"sources:\n  wms: {{type: files, url: {server.address()}, known_hosts: known_hosts, "
            "password: wr0ng-pass}\n"
        )
        (tmp_path / "orderhealth.yml").write_text(text, encoding="utf-8")
        result = pull(read_settings(tmp_path / "orderhealth.yml", {}))
    assert "refuses" in str(result.trouble)
    assert "wr0ng-pass" not in str(result)


def test_a_server_whose_key_is_not_known_gets_no_password(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "others").write_text("", encoding="utf-8")
    with serving_sftp(tmp_path / "outside", tmp_path / "known_hosts") as server:
        text = (
            f"sources:\n  wms: {{type: files, url: {server.address()}, known_hosts: others, password: x}}\n"
        )
        (tmp_path / "orderhealth.yml").write_text(text, encoding="utf-8")
        result = pull(read_settings(tmp_path / "orderhealth.yml", {}))
    assert "ssh-keyscan" in str(result.trouble)


@pytest.mark.parametrize("url", ["s3://nowhere/x", "sftp://u@127.0.0.1:9/x", "/no/such/folder"])
def test_a_place_that_is_not_there_is_trouble(url: str, tmp_path: Path, bucket_address: str) -> None:
    text = (
        f"sources:\n  wms: {{type: files, url: '{url}', endpoint: {bucket_address}, region: us-east-1, "
        "access_key: a, secret_key: b, tries: 1}\n"
    )
    (tmp_path / "orderhealth.yml").write_text(text, encoding="utf-8")
    assert pull(read_settings(tmp_path / "orderhealth.yml", {})).trouble is not None
