"""What is kept secret of a container's URL."""

from datetime import UTC, datetime

import pytest

from batchtui.batch.logs import LogUpload
from batchtui.errors import ServiceError

URL = "https://a.blob.core.windows.net/logs?sv=2025&sig=ab%2Bcd%3D&se=2027"


@pytest.mark.parametrize("quoted", [URL, "ab%2Bcd%3D", "ab+cd=", URL.replace("&", "\\u0026")])
def test_an_error_that_quotes_the_url_or_its_signature_is_told_without_it(quoted):
    error = ServiceError(f"Not {quoted}!", values={"Reason": f"It is {quoted}"})
    LogUpload(URL, datetime(2026, 3, 2, tzinfo=UTC)).forget_in(error)
    told = f"{error} {error.args} {error.values}"
    assert "ab%2Bcd" not in told
    assert "ab+cd" not in told
    assert str(error).startswith("Not ")
