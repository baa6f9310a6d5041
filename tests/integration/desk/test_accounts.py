"""Accounts, sessions, tokens and links, in either database: who is let in, and from when not any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.console.access.accounts import (
    By,
    add_account,
    add_token,
    change_role,
    close_account,
    end_sessions,
    new_link,
    open_account,
    remove_token,
)
from orderhealth_pipeline.console.access.passwords import is_right, require_password
from orderhealth_pipeline.console.access.sign_in import (
    SignInError,
    Somebody,
    change_password,
    first_link,
    lasting,
    set_password,
    sign_in,
    sign_in_from_elsewhere,
    sign_out,
)
from orderhealth_pipeline.desk.accounts.accounts import Account, find_account, read_accounts
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.accounts.sessions import find_session
from orderhealth_pipeline.desk.accounts.tokens import find_token
from orderhealth_pipeline.errors import ConfigurationError

NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(desk_address: str) -> PeopleDesk:
    """A desk whose first administrator is `ann`."""
    desk = PeopleDesk(desk_address)
    link = first_link(desk, NOW)
    assert link is not None
    set_password(desk, link, "ann", PASSWORD, NOW)
    return desk


def role_in(people: PeopleDesk, number: str, at: datetime = NOW) -> str | None:
    with people.looking() as con:
        found = find_session(con, number, at, lasting())
    return None if found is None else found[0].role


def test_the_first_link_makes_the_first_administrator_once(desk_address: str) -> None:
    people = PeopleDesk(desk_address)
    old, link = first_link(people, NOW), first_link(people, NOW)
    assert old is not None
    assert link is not None
    with pytest.raises(SignInError, match="over"):
        set_password(people, old, "eve", PASSWORD, NOW)
    with pytest.raises(SignInError, match="over"):
        set_password(people, link, "ann", PASSWORD, NOW + timedelta(days=1))
    with pytest.raises(ConfigurationError, match="10 to 200 characters"):
        set_password(people, link, "ann", "short", NOW)
    number = set_password(people, link, "ann", PASSWORD, NOW)
    assert role_in(people, number) == "admin"
    with pytest.raises(SignInError, match="over"):
        set_password(people, link, "eve", PASSWORD, NOW)
    assert first_link(people, NOW) is None


def test_the_password_is_kept_as_argon2id_and_nothing_kept_signs_in(people: PeopleDesk) -> None:
    number = sign_in(people, "ann", PASSWORD, NOW)
    assert role_in(people, number) == "admin"
    with people.looking() as con:
        account = find_account(con, "ann")
        rows = con.exec_driver_sql("select * from sessions").fetchall()
    assert account is not None
    assert str(account.password_hash).startswith("$argon2id$")
    assert number not in str(rows)


@pytest.mark.parametrize("password", ["", "123456789", "aaaaaaaaaaaa", "ann-ann-ann-1", "x" * 201])
def test_a_password_that_is_none_is_refused_without_repeating_it(password: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        require_password(password, "ann")
    assert not password or password not in str(refused.value)


def test_five_wrong_passwords_lock_the_account_for_the_right_one_too(people: PeopleDesk) -> None:
    for _ in range(5):
        with pytest.raises(SignInError, match="is wrong"):
            sign_in(people, "ann", "wrong password", NOW)
    with pytest.raises(SignInError, match="locked"):
        sign_in(people, "ann", PASSWORD, NOW + 14 * MINUTE)
    assert role_in(people, sign_in(people, "ann", PASSWORD, NOW + 15 * MINUTE)) == "admin"
    with people.looking() as con:
        assert [each.failures for each in read_accounts(con)] == [0]
    assert "lock_account" in [entry.deed.verb for entry in people.deeds(100)]


def test_an_unknown_name_and_a_wrong_password_read_the_same(people: PeopleDesk) -> None:
    said = []
    for name in ("ann", "nobody"):
        with pytest.raises(SignInError) as refused:
            sign_in(people, name, "wrong password", NOW)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_an_administrator_opens_a_locked_account(people: PeopleDesk) -> None:
    link = add_account(people, Account("bob", "Bob", "operator"), By("ann", NOW))
    set_password(people, link, "", PASSWORD, NOW)
    for _ in range(5):
        with pytest.raises(SignInError):
            sign_in(people, "bob", "wrong password", NOW)
    open_account(people, "bob", By("ann", NOW))
    assert role_in(people, sign_in(people, "bob", PASSWORD, NOW)) == "operator"


def test_signing_out_a_role_and_closing_count_from_the_next_request_on(people: PeopleDesk) -> None:
    link = add_account(people, Account("bob", "Bob", "viewer"), By("ann", NOW))
    number = set_password(people, link, "", PASSWORD, NOW)
    assert role_in(people, number) == "viewer"
    change_role(people, "bob", "manager", By("ann", NOW, "he does the rules now"))
    assert role_in(people, number) == "manager"
    sign_out(people, number, "bob", NOW)
    assert role_in(people, number) is None
    second, third = sign_in(people, "bob", PASSWORD, NOW), sign_in(people, "bob", PASSWORD, NOW)
    end_sessions(people, "bob", By("ann", NOW))
    assert (role_in(people, second), role_in(people, third)) == (None, None)
    fourth = sign_in(people, "bob", PASSWORD, NOW)
    close_account(people, "bob", By("ann", NOW))
    assert role_in(people, fourth) is None
    with pytest.raises(SignInError, match="is wrong"):
        sign_in(people, "bob", PASSWORD, NOW)


def test_a_session_ends_by_itself(people: PeopleDesk) -> None:
    number = sign_in(people, "ann", PASSWORD, NOW)
    assert role_in(people, number, NOW + timedelta(hours=11)) == "admin"
    assert role_in(people, number, NOW + timedelta(hours=12)) is None
    assert role_in(people, number, NOW + timedelta(days=7)) is None


def test_the_last_administrator_stays(people: PeopleDesk) -> None:
    with pytest.raises(ConfigurationError, match="last administrator"):
        change_role(people, "ann", "viewer", By("ann", NOW))
    with pytest.raises(ConfigurationError, match="last administrator"):
        close_account(people, "ann", By("ann", NOW))
    add_account(people, Account("bob", "Bob", "admin"), By("ann", NOW))
    change_role(people, "ann", "viewer", By("bob", NOW))


def test_a_new_password_ends_the_sessions_of_the_old_one(people: PeopleDesk) -> None:
    old = sign_in(people, "ann", PASSWORD, NOW)
    with pytest.raises(SignInError):
        change_password(people, "ann", "wrong password", "another good one", NOW)
    new = change_password(people, "ann", PASSWORD, "another good one", NOW)
    assert (role_in(people, old), role_in(people, new)) == (None, "admin")
    by_link = set_password(people, new_link(people, "ann", By("ann", NOW)), "", PASSWORD, NOW)
    assert (role_in(people, new), role_in(people, by_link)) == (None, "admin")


def test_a_token_opens_what_its_owner_may_until_it_is_removed(people: PeopleDesk) -> None:
    with pytest.raises(ConfigurationError, match="scopes"):
        add_token(people, "wms", ["everything"], By("ann", NOW))
    token, text = add_token(
        people, "wms", ["look", "report_outcomes"], By("ann", NOW), NOW + timedelta(days=90)
    )
    with people.looking() as con:
        found = find_token(con, text, NOW)
        assert found is not None
        assert (found[0].name, found[1].scopes) == ("ann", ("look", "report_outcomes"))
        assert find_token(con, text, NOW + timedelta(days=90)) is None
        assert find_token(con, "oh_wrong", NOW) is None
        assert text not in str(con.exec_driver_sql("select * from api_tokens").fetchall())
    with pytest.raises(ConfigurationError, match="no token"):
        remove_token(people, token.token_id, By("bob", NOW), of_anybody=False)
    remove_token(people, token.token_id, By("ann", NOW), of_anybody=False)
    with people.looking() as con:
        assert find_token(con, text, NOW) is None


def test_whom_another_system_knows_is_let_in_only_when_added_or_when_newcomers_are_welcome(
    people: PeopleDesk,
) -> None:
    somebody = Somebody("company:00u1", "li.lei", "李雷", "company")
    with pytest.raises(SignInError, match="company:00u1"):
        sign_in_from_elsewhere(people, somebody, None, NOW)
    assert role_in(people, sign_in_from_elsewhere(people, somebody, "viewer", NOW)) == "viewer"
    change_role(people, "li.lei", "operator", By("ann", NOW))
    assert role_in(people, sign_in_from_elsewhere(people, somebody, "viewer", NOW)) == "operator"
    other = Somebody("company:00u2", "li.lei", "李蕾", "company")
    sign_in_from_elsewhere(people, other, "viewer", NOW)
    with people.looking() as con:
        assert [each.name for each in read_accounts(con)] == ["ann", "li.lei", "li.lei-2"]
    with pytest.raises(SignInError, match="is wrong"):
        sign_in(people, "li.lei", PASSWORD, NOW)


def test_nobody_has_a_hash() -> None:
    assert not is_right("nobody has this password", None)


def test_a_kept_secret_is_the_same_for_all_processes(desk_address: str) -> None:
    assert PeopleDesk(desk_address).secret("csrf") == PeopleDesk(desk_address).secret("csrf")
    assert PeopleDesk(desk_address).secret("csrf") != PeopleDesk(desk_address).secret("sign_in")
