"""Every call of the API: where it is, what it needs, what it is given and gives.

What belongs here: one line a call. To add one, write its function and its models in a module beside this one,
and put a line here; routes and the description at /api/v1/openapi.json follow. What does not: the functions.
"""

from __future__ import annotations

from typing import Final

from orderhealth_pipeline.console.api import actions, cases, files, looks, meanings, people, words
from orderhealth_pipeline.console.api import models as m
from orderhealth_pipeline.console.api import people_models as p
from orderhealth_pipeline.console.api.call import Call, PageQuery
from orderhealth_pipeline.console.api.rulebook.calls import RULEBOOK
from orderhealth_pipeline.console.work.unmasking import Unmasked

CALLS: Final[tuple[Call, ...]] = (
    Call("show_me", "GET", "/me", None, "Who asks, and what they may do", people.show_me, p.Me),
    Call("show_score", "GET", "/score", "look", "How things stand", looks.show_score, looks.Score),
    Call(
        *("list_rows", "GET", "/tables/{table}", "look", "A table of the published snapshot, people masked"),
        *(looks.list_rows, looks.Rows, looks.TableQuery),
        failures=(404,),
    ),
    Call(
        *("show_order", "GET", "/orders/{order_id}", "look", "One order with its findings"),
        *(looks.show_order, looks.Order),
        failures=(404,),
    ),
    Call(
        *("unmask_order", "POST", "/orders/{order_id}/unmask", "unmask", "The person of an order, unmasked"),
        *(looks.unmask_order, Unmasked),
        body=looks.UnmaskBody,
        failures=(404,),
    ),
    Call("list_cases", "GET", "/cases", "look", "Cases", cases.list_cases, m.CaseList, m.CasesQuery),
    Call(
        *("say_in_bulk", "POST", "/cases/bulk", "handle", "Say one word about many cases"),
        *(cases.say_in_bulk, m.SaidOfCasesAnswer),
        body=m.BulkBody,
        failures=(404,),
    ),
    Call(
        *("show_case", "GET", "/cases/{case_id}", "look", "One case", cases.show_case, m.WholeCase),
        failures=(404,),
    ),
    Call(
        *("acknowledge_case", "POST", "/cases/{case_id}/ack", "handle", "Acknowledge a case"),
        *(cases.acknowledge, m.SaidOfCasesAnswer),
        body=m.WhyBody,
        failures=(404, 409),
    ),
    Call(
        *("assign_case", "POST", "/cases/{case_id}/assign", "handle", "Give a case to somebody"),
        *(cases.assign, m.SaidOfCasesAnswer),
        body=m.AssignBody,
        failures=(404, 409),
    ),
    Call(
        *("note_case", "POST", "/cases/{case_id}/notes", "handle", "Write a note on a case"),
        *(cases.note, m.SaidOfCasesAnswer),
        body=m.NoteBody,
        failures=(404, 409),
    ),
    Call(
        *("close_case", "POST", "/cases/{case_id}/close", "handle", "Say what a case was"),
        *(cases.close, m.SaidOfCasesAnswer),
        body=m.CloseBody,
        failures=(404, 409),
    ),
    Call(
        *("say_verdict", "POST", "/verdicts", "handle", "Say whether a finding was right"),
        *(words.say_verdict, m.SaidAnswer),
        body=m.VerdictBody,
        status=201,
    ),
    Call(
        *("snooze", "POST", "/snoozes", "handle", "Let findings wait", words.snooze, m.SaidAnswer),
        body=m.SnoozeBody,
        status=201,
    ),
    Call(
        *("allow", "POST", "/allowances", "handle", "Say that findings are all right"),
        *(words.allow, m.SaidAnswer),
        body=m.AllowBody,
        status=201,
    ),
    Call("list_said", "GET", "/said", "look", "What people said", words.list_said, m.SaidList, PageQuery),
    Call(
        *("undo", "POST", "/said/{entry}/undo", "handle", "Take an entry back", words.undo, m.SaidAnswer),
        body=m.WhyBody,
        status=201,
        failures=(404,),
    ),
    Call(
        *("list_actions", "GET", "/actions", "look", "Actions", actions.list_actions, m.ActionList),
        m.ActionsQuery,
    ),
    Call(
        *("stop_actions", "POST", "/actions/stop", "approve", "Stop all actions", actions.stop, m.SaidAnswer),
        body=m.WhyBody,
        status=201,
    ),
    Call(
        *("start_actions", "POST", "/actions/start", "approve", "Let actions be sent again"),
        *(actions.start, m.SaidAnswer),
        body=m.WhyBody,
        status=201,
    ),
    Call(
        *("show_action", "GET", "/actions/{action_id}", "look", "One action, by its id or its key"),
        *(actions.show_action, m.ActionRecord),
        failures=(404,),
    ),
    Call(
        *("approve_action", "POST", "/actions/{action_id}/approve", "approve", "Approve an action"),
        *(actions.approve, m.SaidAnswer),
        body=m.WhyBody,
        status=201,
        failures=(404, 409),
    ),
    Call(
        *("reject_action", "POST", "/actions/{action_id}/reject", "approve", "Reject an action"),
        *(actions.reject, m.SaidAnswer),
        body=m.WhyBody,
        status=201,
        failures=(404, 409),
    ),
    Call(
        *("own_action", "POST", "/actions/{action_id}/own", "approve", "Own an action, so that it stays"),
        *(actions.own, m.SaidAnswer),
        body=m.WhyBody,
        status=201,
        failures=(404, 409),
    ),
    Call(
        *("report_outcome", "POST", "/actions/{action_id}/outcome", "report_outcomes"),
        "What a receiver did with an action, by its id or its key",
        *(actions.report, m.SaidAnswer),
        body=m.OutcomeBody,
        status=201,
        failures=(404,),
    ),
    Call(
        *("list_unknown_words", "GET", "/words", "look", "Status words that nobody knows"),
        *(meanings.list_unknown_words, meanings.WordsOfFeeds),
    ),
    Call(
        *("map_words", "POST", "/words", "change_rules", "Say what status words mean"),
        *(meanings.map_words, meanings.ChangeOfFiles),
        body=meanings.MeaningsBody,
        status=201,
        failures=(409,),
    ),
    Call(
        *("undo_meanings", "POST", "/words/changes/{change}/undo", "change_rules"),
        "Take a change of meanings back",
        *(meanings.undo_meanings, meanings.ChangeOfFiles),
        failures=(404, 409),
    ),
    Call(
        *("send_file", "POST", "/files", "change_rules", "Send a file that a platform gave", files.send_file),
        *(files.FileRecord, files.FileQuery),
        status=201,
        takes_file=True,
    ),
    Call(
        *("list_files", "GET", "/files", "change_rules", "Files that wait to be loaded", files.list_files),
        files.FileList,
    ),
    Call(
        *(
            "show_file",
            "GET",
            "/files/{file}",
            "change_rules",
            "What a file is, and what would be taken of it",
        ),
        *(files.show_file, files.FileLook, files.HeardQuery),
        failures=(404,),
    ),
    Call(
        *("load_file", "POST", "/files/{file}/load", "change_rules", "Let the next run read a file"),
        *(files.load_file, files.Loaded),
        body=files.LoadBody,
        failures=(404,),
    ),
    Call(
        *("delete_file", "DELETE", "/files/{file}", "change_rules", "Throw a file away"),
        *(files.delete_file, files.FileDeleted),
        failures=(404,),
    ),
    Call(
        *("list_accounts", "GET", "/accounts", "manage_people", "Accounts"),
        *(people.list_accounts, p.AccountList),
    ),
    Call(
        *("add_account", "POST", "/accounts", "manage_people", "Add somebody"),
        *(people.add_account, p.AddedAccount),
        body=p.NewAccount,
        status=201,
    ),
    Call(
        *("change_account", "PATCH", "/accounts/{name}", "manage_people", "Change a role, close, open"),
        *(people.change_account, p.AccountRecord),
        body=p.AccountChange,
        failures=(404, 409),
    ),
    Call("list_tokens", "GET", "/tokens", None, "Tokens of programs", people.list_tokens, p.TokenList),
    Call(
        *("add_token", "POST", "/tokens", None, "Make a token", people.add_token, p.MadeToken),
        body=p.NewToken,
        status=201,
        failures=(404,),
    ),
    Call(
        *("remove_token", "DELETE", "/tokens/{token_id}", None, "Let a token open nothing from now on"),
        *(people.remove_token, p.Deleted),
        failures=(404,),
    ),
    Call(
        *("list_audit", "GET", "/audit", "manage_people", "What people looked at and changed"),
        *(people.list_audit, p.AuditList, p.AuditQuery),
    ),
    *RULEBOOK,
)
