"""Who is asked for passphrases in tests, and keys that have some."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from batchtui.access.attempt import GivenUpError


class Asked:
    """Answers in turn, giving up at None, and remembers the questions."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.questions = []

    def __call__(self, question):
        self.questions.append(question)
        answer = self._answers.pop(0)
        if answer is None:
            raise GivenUpError("Nothing was answered.")
        return answer


def write_locked_key(path, passphrase):
    """A new private key in a file, behind a passphrase."""
    path.touch(0o600)
    path.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(passphrase.encode())
        )
    )
    return path
