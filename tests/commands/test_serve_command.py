"""`matcher serve` as a process: it says where it serves, answers, and ends on ctrl-c."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from matcher.commands.serve import listen, url
from matcher.errors import InputError
from tests.support.command import process_environment, run


def test_a_used_port_and_an_unknown_host_are_refused() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InputError, match="Address already in use; choose another --port"):
            listen("127.0.0.1", port)
        result = run("serve", "--port", str(port))
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
    with pytest.raises(InputError, match="check --host"):
        listen("nowhere.invalid", 0)


def test_an_invalid_port_is_refused() -> None:
    assert run("serve", "--port", "70000").exit_code == 2


def test_an_address_of_either_family_has_a_url() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url(listener))
    try:
        with listen("::1", 0) as listener:
            assert re.fullmatch(r"http://\[::1\]:\d+", url(listener))
    except InputError:
        pytest.skip("this machine has no IPv6")


def test_serve_answers_until_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "matcher.cli", "serve", "--port", "0"],
        env=process_environment(tmp_path),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as served:
        try:
            assert served.stderr is not None
            line = served.stderr.readline().decode()
            address = re.match(r"Serving on (http://127\.0\.0\.1:\d+) ", line)
            assert address is not None, line
            with urlopen(f"{address[1]}/healthz", timeout=60) as answer:
                assert answer.status == 200
                assert isinstance(json.load(answer), dict)
            served.send_signal(signal.SIGINT)
            _, log = served.communicate(timeout=60)
        finally:
            served.kill()
    assert served.returncode == 0
    assert b"Traceback" not in log
    assert b"Error" not in log
