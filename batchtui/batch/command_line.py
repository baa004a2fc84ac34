"""Command lines, which run without a shell: how they get one, and what needs it. Pure."""

import re
import shlex

# Shells by the end of their name, with an option that makes them read a command.
_SHELL = re.compile(r"(?:\S*/)?(?:ba|da|z|k)?sh")
_READS = re.compile(r"-[a-z]*c")
_CMD = re.compile(r"\s*(?:\S*\\)?cmd(?:\.exe)?\s+/c\s+(.*)", re.IGNORECASE | re.DOTALL)
_POWERSHELL = re.compile(r"\s*(?:\S*[\\/])?(?:powershell|pwsh)(?:\.exe)?\b", re.IGNORECASE)

# What a shell would do something with, outside of quotes and within double ones.
_OPERATORS = re.compile(r"[&|;<>`*?\n]|\$[A-Za-z_({?]|\[\S*\]|(?<!\S)~")
_EXPANDED = re.compile(r"`|\$[A-Za-z_({?]")
_BUILTINS = re.compile(
    r"(cd|export|source|\.|set|unset|alias|eval|exec|ulimit|umask|trap|read|if|for|while|until"
    r"|case|function|[A-Za-z_]\w*=\S*)(?!\S)"
)
_WINDOWS_OPERATORS = re.compile(r"[&|<>\n]")
_VARIABLE = re.compile(r"%[^%\s]+%")
_CMD_BUILTINS = re.compile(
    r"(assoc|call|cd|chdir|copy|del|dir|echo|erase|for|ftype|if|md|mkdir|mklink|move|pushd|rd"
    r"|ren|rename|rmdir|set|start|type|ver|vol)(?!\S)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"'[^']*'|\"((?:\\.|[^\"\\])*)\"|\\.", re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_URL = re.compile(r"\w+://[^\s;|<>]*")

# What only administrators may do, where a command may begin.
_BEGINS = (
    r"(?:^|[;&|(`'\"\n]|\b(?:then|do|else|env|exec|time|nohup|command)\s)\s*"
    r"(?:[A-Za-z_]\w*=\S*\s+)*(?:\S*/)?"
)
_ADMIN = re.compile(
    rf"{_BEGINS}(?:"
    r"(?:sudo|apt|apt-get|aptitude|yum|dnf|tdnf|zypper|apk|snap|systemctl|service|u?mount"
    r"|useradd|userdel|usermod|adduser|groupadd|groupmod|sysctl|modprobe|docker|iptables|ufw"
    r"|chown|update-ca-certificates|ldconfig|reboot|shutdown|swapon|mkfs\S*)(?=[\s;&|)`'\"]|$)"
    r"|dpkg\s+(?:-i|--install)|rpm\s+-\S*[iU]"
    r"|(?:mkdir|cp|mv|ln|rm|tee|touch|install|chmod)\s[^;&|]*(?<!\S)/(?:etc|opt|usr|root)\b)"
)
_WINDOWS_ADMIN = re.compile(
    r"(?:^|[&|(\"\s\\])(?:"
    r"(?:msiexec|choco|dism|bcdedit|netsh|schtasks|wusa|pnputil|diskpart|sc)(?:\.exe)?(?=[\s\"]|$)"
    r"|net(?:\.exe)?\s+(?:user|localgroup|start|stop)\b"
    r"|reg(?:\.exe)?\s+add\s+\"?(?:HKLM|HKEY_LOCAL_MACHINE)|setx\s.*/m\b"
    r"|(?:Install|Enable)-Windows\w+|New-(?:Service|NetFirewallRule|LocalUser)|Set-Service)",
    re.IGNORECASE,
)


def in_shell(script: str, *, windows: bool) -> str:
    """A command line that lets a shell run a script."""
    if windows:
        # cmd takes away the first quote and the last one, and leaves those between (`cmd /?`).
        return f'cmd /c "{script}"'
    quoted = shlex.quote(script)
    return f"/bin/bash -c {quoted}" if quoted.startswith("'") else f"/bin/bash -c '{script}'"


def script_of(command: str) -> str | None:
    """What the command line lets a shell run, None if it starts no shell for that."""
    if found := _CMD.fullmatch(command):
        script = found[1].strip()
        return script[1:-1] if len(script) > 1 and script[0] == script[-1] == '"' else script
    try:
        words = shlex.split(command)
    except ValueError:
        return None  # a quote that isn't closed, yet
    shell = len(words) == 3 and _SHELL.fullmatch(words[0]) and _READS.fullmatch(words[1])
    return words[2] if shell else None


def needs_shell(command: str, *, windows: bool) -> bool:
    """Whether a command line has what only a shell understands, and starts none."""
    if not command.strip() or _starts_shell(command):
        return False
    command = _URL.sub("url", command.strip())
    if windows:
        bare = re.sub(r'"[^"]*"', "", command)
        builtin, operator = _CMD_BUILTINS.match(command), _WINDOWS_OPERATORS.search(bare)
        return bool(builtin or operator or _VARIABLE.search(command))
    inside = " ".join(_ESCAPED.sub("", text) for text in _QUOTED.findall(command))
    builtin, operator = _BUILTINS.match(command), _OPERATORS.search(_QUOTED.sub("_", command))
    return bool(builtin or operator or _EXPANDED.search(inside))


def needs_admin(command: str, *, windows: bool) -> bool:
    """Whether a command line seems to do what only administrators may."""
    return bool((_WINDOWS_ADMIN if windows else _ADMIN).search(command))


def _starts_shell(command: str) -> bool:
    return bool(
        _CMD.match(command)
        or _POWERSHELL.match(command)
        or _SHELL.fullmatch(command.split(maxsplit=1)[0])
    )
