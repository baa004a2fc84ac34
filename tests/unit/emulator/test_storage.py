"""Files of any size on their way to a storage account."""

import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from batchtui.emulator.machines.storage import put

LARGE = 48 * 1024 * 1024
PIECE = 65536


class Container(BaseHTTPRequestHandler):
    """Takes blobs, and lets its server know how many bytes they have."""

    def do_PUT(self):
        left = length = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, PIECE)))
        self.server.stored[self.path] = length
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def container():
    with HTTPServer(("127.0.0.1", 0), Container) as server:
        server.stored = {}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("size", [0, 1, LARGE])
def test_a_file_is_stored_without_being_held_in_memory(container, tmp_path, size):
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        url = f"http://127.0.0.1:{container.server_port}/c?sig=made-up"
        put(url, "out put.dat", path, {})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert container.stored == {"/c/out%20put.dat?sig=made-up": size}
    assert most < LARGE / 4
