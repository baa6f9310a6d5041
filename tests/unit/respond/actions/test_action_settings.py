"""Given a mistake under `sinks` or `actions`, the error names file, line and the way out, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.settings import read_settings

SINKS = """sinks:
  wms: {type: http, url: "https://h/topsecret", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
  calls: {type: file, path: calls.xlsx}
"""


def mistake(tmp_path: Path, text: str) -> str:
    file = tmp_path / "orderhealth.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_settings(file, {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            SINKS + "actions:\n  hold_shipment: {sink: wns}\n",
            5,
            "there is no sink 'wns'; there are: wms, calls",
        ),
        (SINKS + "actions:\n  hold_parcel: {sink: wms}\n", 5, "unknown key 'actions.hold_parcel'"),
        (
            SINKS + "actions:\n  hold_shipment:\n    approval: true\n",
            5,
            "'actions.hold_shipment.sink' is missing",
        ),
        (
            SINKS + "actions:\n  reship: {sink: wms, at_most_an_hour: 0}\n",
            5,
            "'actions.reship.at_most_an_hour'",
        ),
        (SINKS + "actions: {live: maybe}\n", 4, "'actions.live'"),
        ("sinks:\n  a: {type: http}\n", 2, "a sink of type http needs the key 'url'"),
        ("sinks:\n  a: {type: sql, url: topsecret, table: t}\n", 2, "the address of a database is expected"),
        ("sinks:\n  a: {type: sql, url: 'mysql://u:topsecret@h/d'}\n", 2, "needs the key 'table'"),
        ("sinks:\n  a: {type: file, path: calls.txt}\n", 2, "ends with .csv / .xlsx"),
        ("sinks:\n  a: {type: file, path: c.csv, secret: topsecret}\n", 2, "takes no 'secret'"),
        ("sinks:\n  a: {type: http, url: 'topsecret'}\n", 2, "a full address is expected"),
        (
            "sinks:\n  a: {type: http, url: 'https://h/topsecret', secret: 'whsec_topsecret!'}\n",
            2,
            "goes on in base64",
        ),
        ("sinks:\n  a: {type: ftp, url: 'https://h/topsecret'}\n", 2, "'sinks.a.type'"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    said = mistake(tmp_path, text)
    assert f"orderhealth.yml:{line}: " in said
    assert reason in said
    assert "topsecret" not in said


def test_paths_are_those_of_the_configurations_folder_and_a_release_follows_its_hold(tmp_path: Path) -> None:
    file = tmp_path / "orderhealth.yml"
    file.write_text(SINKS + "actions:\n  hold_shipment: {sink: wms, at_most_an_hour: 9}\n", encoding="utf-8")
    settings = read_settings(file, {})
    assert settings.sinks["calls"].path == tmp_path / "calls.xlsx"
    assert not settings.actions.live
    asked = settings.actions.by_type
    assert set(asked) == {"hold_shipment", "release_hold"}
    assert (asked["hold_shipment"].approval, asked["release_hold"].approval) == (True, False)
    assert asked["release_hold"].at_most_an_hour == 9


def test_several_secrets_sign_while_one_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "orderhealth.yml"
    file.write_text('sinks:\n  a: {type: http, url: "https://h/x", secret: [new, old]}\n', encoding="utf-8")
    assert read_settings(file, {}).sinks["a"].secrets == ("new", "old")
