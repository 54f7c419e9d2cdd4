"""What a Content-Security-Policy lets the block do, and what is said where that is nothing."""

import logging
from pathlib import Path

import pytest

from hotreload import HotReload
from hotreload.hosts.asgi.policy import script_nonce, what_to_add
from tests.asgi_client import answering, asked, http_scope


def headers(*policies: str) -> list[tuple[bytes, bytes]]:
    return [(b"Content-Security-Policy", policy.encode()) for policy in policies]


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "img-src 'none'",
        "default-src 'self'",
        "default-src 'SELF'",
        "default-src *",
        "default-src http:",
        "default-src localhost:8000",
        "default-src http://localhost:*",
        "default-src 'none'; script-src 'nonce-abc'; connect-src 'self'",
        "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; connect-src 'self'",
        "script-src 'none'; script-src-elem 'self'",
        "object-src 'none', script-src 'self'",
    ],
)
def test_policies_that_let_it_in(policy: str) -> None:
    assert what_to_add(headers(policy), "localhost") == ""


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("script-src 'none'", "script-src needs 'self' or a nonce, and has 'none'"),
        ("script-src", "script-src needs 'self' or a nonce, and has 'none'"),
        ("script-src cdn.test 'sha256-x='", "and has cdn.test 'sha256-x='"),
        ("script-src 'self' 'strict-dynamic'", "and has 'self' 'strict-dynamic'"),
        ("default-src cdn.test", "connect-src needs 'self', and has cdn.test"),
        ("script-src 'nonce-abc'; connect-src 'none'", "connect-src needs 'self', and has 'none'"),
        ("script-src 'self', script-src cdn.test", "and has cdn.test"),
        ("script-src 'nonce-abc', script-src 'nonce-xyz'", "and has 'nonce-…'"),
    ],
)
def test_policies_that_keep_it_out(policy: str, said: str) -> None:
    assert said in what_to_add(headers(policy), "localhost")
    assert said in what_to_add(headers("img-src *", *policy.split(",")), "localhost")


def test_the_first_nonce_for_scripts_counts() -> None:
    assert script_nonce(headers("script-src 'nonce-abc'")) == "abc"
    assert script_nonce(headers("img-src 'none', default-src 'self' 'nonce-abc'")) == "abc"
    assert script_nonce(headers("script-src 'self'; default-src 'nonce-abc'")) == ""


def test_each_policy_that_keeps_it_out_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    caplog.set_level(logging.WARNING, "hotreload")
    sent = [("content-type", "text/html"), ("content-security-policy", "")]
    page = answering([b"<!doctype html><head><title>t</title>"], headers=sent)
    app = HotReload(page, root=tmp_path, watch=[], enabled=True)
    for policy in ("default-src 'self'", *["script-src cdn.test"] * 3, "script-src 'none'"):
        sent[1] = ("content-security-policy", policy)
        # What the app says of its page is the app's to say.
        assert asked(app, http_scope()).headers["content-security-policy"] == policy
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition("has ")[2] for line in said] == ["cdn.test", "'none'"]
    assert all("Content-Security-Policy keeps hot reload out" in line for line in said)
