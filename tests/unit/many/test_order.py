import shlex
import subprocess

import pytest

from batchtui.errors import ConfigError, SshError
from batchtui.many import Order, Script, read_script


def interpreter(text):
    return Script("s", text).interpreter


def test_a_scripts_first_line_names_its_interpreter_as_the_kernel_reads_it():
    assert interpreter(b"#!/bin/sh\necho\n") == "/bin/sh"
    assert interpreter(b"#! /usr/bin/env python3\r\nprint()\n") == "/usr/bin/env python3"
    # All that follows is one word.
    assert shlex.split(interpreter(b"#!/bin/bash -e x\n")) == ["/bin/bash", "-e x"]
    assert interpreter(b"echo\n") == interpreter(b"#!\n") == '"$SHELL"'


def test_a_command_is_the_users_shells_and_by_sudo_as_well():
    command = "cd /tmp && ls"
    assert Order(command).line("m") == "exec env BATCHTUI_RUN=m \"$SHELL\" -c 'cd /tmp && ls'"
    by_sudo = Order(command, sudo=True).line("m")
    assert by_sudo == "exec sudo -n -- env BATCHTUI_RUN=m \"$SHELL\" -c 'cd /tmp && ls'"


def test_windows_takes_commands_only():
    assert Order("dir").line("m", "windows") == "dir"
    for order in (Order("dir", sudo=True), Order("", Script("s", b"dir"))):
        with pytest.raises(SshError, match="Windows"):
            order.line("m", "windows")


@pytest.mark.parametrize("first", ["", "#!/bin/sh\n", "#!/usr/bin/env bash\n"])
def test_a_script_is_read_whole_and_what_it_runs_reads_nothing_of_it(first):
    script = Script("s", f'{first}echo "$#" "$1"\ncat\necho end\n'.encode())
    order = Order(shlex.join(["it's $HOME", "b"]), script)
    done = subprocess.run(
        ["/bin/sh", "-c", order.line("m")],
        input=order.input,
        capture_output=True,
        env={"SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"},
        check=True,
        timeout=20,
    )
    assert done.stdout == b"2 it's $HOME\nend\n"


def test_a_script_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        read_script(str(tmp_path / "none"))
    (tmp_path / "empty").write_bytes(b" \n")
    with pytest.raises(ConfigError, match="nothing to run"):
        read_script(str(tmp_path / "empty"))
    (tmp_path / "large").write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(ConfigError, match="no script"):
        read_script(str(tmp_path / "large"))


def test_what_an_order_is_called():
    assert Order("uptime").words == "uptime"
    assert Order("-v", Script("collect.py", b"x"), sudo=True).words == "sudo collect.py -v"
