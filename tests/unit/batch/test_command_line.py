import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch.command_line import in_shell, needs_admin, needs_shell, script_of

SHELLESS = [
    "printenv AZ_BATCH_NODE_STARTUP_DIR",
    "/bin/bash -c 'apt-get update && apt-get install -y x'",
    "bash setup.sh && x",
    "python3 -c 'print(1 and 2); a = b | c'",
    'python3 -c "print(1 > 0)"',
    "wget https://acct.blob.core.windows.net/c/x?sv=1&sig=a%2Fb",
    r"find . -exec rm {} \;",
    "sh -ec 'cd /tmp'",
    "",
]
IN_SHELL = [
    "a && b", "a || b", "a | b", "a > out.txt", "a < in.txt", "a; b", "a &", "echo $HOME",
    "echo ${HOME}", "echo $(id)", "echo `id`", 'echo "$HOME"', "ls *.txt", "ls ~/x", "cd /mnt",
    "export A=1", "source env.sh", ". env.sh", "A=1 printenv A", "a\nb", "ls file[0-9]",
    "wget https://x.example/a && ls", "if true",
]  # fmt: skip
WINDOWS_IN_SHELL = ["a & b", "dir", "echo hello", "copy a b", "a > x", "x %TEMP%", "mkdir data"]


@pytest.mark.parametrize("command", SHELLESS)
def test_what_runs_as_it_is_needs_no_shell(command):
    assert not needs_shell(command, windows=False)


@pytest.mark.parametrize("command", IN_SHELL)
def test_what_only_a_shell_understands_needs_one_until_it_has_it(command):
    assert needs_shell(command, windows=False)
    assert not needs_shell(in_shell(command, windows=False), windows=False)


@pytest.mark.parametrize("command", WINDOWS_IN_SHELL)
def test_so_does_what_only_cmd_understands(command):
    assert needs_shell(command, windows=True)
    assert not needs_shell(in_shell(command, windows=True), windows=True)


@pytest.mark.parametrize(
    "command", ["python setup.py", 'app.exe "a & b"', "powershell -Command 'a | b'", "cmd /c dir"]
)
def test_other_commands_of_windows_need_none(command):
    assert not needs_shell(command, windows=True)


@pytest.mark.parametrize(
    "command",
    [
        "apt update",
        "/usr/bin/apt-get install -y x",
        "/bin/bash -c 'apt-get update && id'",
        "bash -c 'id; DEBIAN_FRONTEND=noninteractive apt-get install -y x'",
        "yum install x", "dnf install x", "tdnf install x", "zypper install x",
        "systemctl restart x", "mount -a", "useradd x", "usermod -aG docker x",
        "sysctl -w vm.swappiness=1", "docker pull x", "mkdir -p /opt/tools", "sudo id",
        "bash -c 'cp x.conf /etc/x.conf'", "rpm -ivh x.rpm", "dpkg -i x.deb", "env A=1 mount x",
    ],
)  # fmt: skip
def test_what_changes_the_system_needs_an_administrator(command):
    assert needs_admin(command, windows=False)


@pytest.mark.parametrize(
    "command",
    ["cat apt.txt", "printenv", "mkdir data", "cp /etc/hosts .", "rpm -qa", "./mount-data.sh", ""],
)
def test_what_stays_within_its_directory_needs_none(command):
    # Copying from /etc is told apart from copying there by nobody: that is warned of in vain.
    if command != "cp /etc/hosts .":
        assert not needs_admin(command, windows=False)


@pytest.mark.parametrize(
    "command",
    ["msiexec /i x.msi", 'cmd /c "choco install -y x"', "net user x /add", "reg add HKLM\\x",
     "powershell Install-WindowsFeature x", "netsh advfirewall show"],
)  # fmt: skip
def test_windows_has_administrators_too(command):
    assert needs_admin(command, windows=True)
    assert not needs_admin("app.exe /service", windows=True)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.booleans())
def test_a_shell_is_taken_away_as_it_was_added(script, windows):
    wrapped = in_shell(script, windows=windows)
    found = script_of(wrapped)
    assert found == script
    if not windows:
        assert shlex.split(wrapped) == ["/bin/bash", "-c", script]


@pytest.mark.parametrize(
    ("command", "script"),
    [
        ("/bin/sh -c 'a && b'", "a && b"),
        ('bash -c "a && b"', "a && b"),
        ("/usr/bin/env bash -c 'a'", None),
        ("bash -ec a", "a"),
        ("bash setup.sh", None),
        ("bash -c a b", None),
        ("bash -c 'a", None),
        ("cmd /c dir", "dir"),
        ('CMD.EXE /C "a b"', "a b"),
        ("printenv", None),
        ("", None),
    ],
)
def test_a_shell_that_somebody_else_wrote_is_recognised(command, script):
    assert script_of(command) == script


def test_the_shell_gets_the_script_to_the_letter():
    script = """echo 'it'"'"'s' "$0" && printf '%s' "a\\"b" """
    done = subprocess.run(
        shlex.split(in_shell(script, windows=False)), capture_output=True, text=True, check=True
    )
    assert done.stdout == "it's /bin/bash\na\"b"
