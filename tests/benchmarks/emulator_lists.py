"""How fast the emulator is with nodes by the thousand: lists, and a seed of 100,000.

Prints medians of several runs; a benchmark, not a test. Run it from the checkout:
`.venv/bin/python tests/benchmarks/emulator_lists.py`.

The emulator is a process of its own. Its time is the processor time that it took for the pages
(from /proc, so on Linux only), in which the client's share isn't counted; the time of the first
page is what a client waits for the whole answer, which it doesn't parse.
"""

import statistics
import time

from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.rest import HttpRequest
from processes import emulator, memory, processor_seconds

RUNS = 7
BLOCK = 1 << 20  # bytes that the client reads at once: its own 4 KiB would take most of the time
LIST = "/pools/scale/nodes?api-version=2025-06-01"


def all_pages(client):
    """Seconds until the first page was there; all pages are read, and none but links looked at."""
    link, first = LIST, None
    started = time.perf_counter()
    while link:
        response = client.send_request(HttpRequest("GET", link), stream=True)
        body = b"".join(response.iter_raw())
        first = first or time.perf_counter() - started
        tail = body[-400:].decode()
        _, found, rest = tail.partition('"odata.nextLink":')
        link = rest.split('"')[1] if found else None
    return first


def lists():
    """10,000 nodes in pages of 1,000."""
    with emulator(10_000) as (process, ready, _):
        credential = AzureNamedKeyCredential(ready["account"], ready["key"])
        options = {"connection_data_block_size": BLOCK}
        with BatchClient(ready["endpoint"], credential, **options) as client:
            firsts, totals = [], []
            for _ in range(RUNS):
                before = processor_seconds(process.pid)
                firsts.append(all_pages(client))
                totals.append(processor_seconds(process.pid) - before)
    print(f"first page of 1,000 nodes, cold: {firsts[0] * 1000:.0f} ms")
    print(f"first page of 1,000 nodes: {statistics.median(firsts) * 1000:.0f} ms")
    print(f"10,000 nodes, the emulator's time: {statistics.median(totals):.2f} s")


def seed():
    """100,000 nodes."""
    seconds, peaks = [], []
    for _ in range(3):
        with emulator(100_000) as (process, _, ready_after):
            seconds.append(ready_after)
            peaks.append(memory(process.pid, "VmHWM"))
    print(f"100,000 nodes, start until ready: {statistics.median(seconds):.1f} s")
    print(f"100,000 nodes, memory: {statistics.median(peaks):.0f} MiB")


if __name__ == "__main__":
    lists()
    seed()
