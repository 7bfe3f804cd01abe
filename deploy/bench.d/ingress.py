# SPDX-License-Identifier: Apache-2.0
"""CPU and latency of an ingress, beside an empty POST in C on the same HTTP library."""

import json
import os
import subprocess

import callbacks
from bench import BASELINE, CURRENT
from broker import free_port
from process import cpu_seconds, stop, thread_count

BODIES = 20_000
CONNECTIONS = 64


def measure(bench):
    bodies = os.path.join(bench.folder, "bodies")
    template = callbacks.Template()
    with open(bodies, "wb") as file:
        for number in range(BODIES):
            file.write(template.body(number) + b"\n")
    bench.report.note(f"wrk with {CONNECTIONS} connections, {bench.options.seconds} s each after a warm-up")
    results = {}
    for subject in bench.turns(["floor", *bench.binaries]):
        results[subject] = floor(bench, bodies) if subject == "floor" else one(bench, subject, bodies)
    current, empty = results[CURRENT], results["floor"]
    bench.report.goal("ingress_to_empty_post", current["cpu_us"] / empty["cpu_us"])
    if BASELINE in results:
        before = results[BASELINE]
        bench.report.goal(f"ingress_to_{BASELINE}", current["cpu_us"] / before["cpu_us"])
        bench.report.goal(f"ingress_p99_to_{BASELINE}", current["p99_us"] / before["p99_us"])
    bench.remove(bodies)


def floor(bench, bodies):
    program = os.path.join(bench.options.tools, "empty_post")
    # It picks its port, prints it on its first line, and ends automatically.
    lifetime = str(10 * (bench.options.seconds + bench.options.warm_up))
    process = subprocess.Popen([program, lifetime], stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline())
        return measured(bench, process, f"127.0.0.1:{port}", bodies, "empty POST on libmicrohttpd in C")
    finally:
        process.kill()
        process.wait()


def one(bench, version, bodies):
    tidings = bench.tidings(f"ingress-{version}", version)
    address = f"127.0.0.1:{free_port()}"
    process, _ = tidings.start("ingress", TIDINGS_INGRESS_ADDRESS=address)
    try:
        return measured(bench, process, address, bodies, f"ingress {version}")
    finally:
        stop(process)


def measured(bench, process, address, bodies, name):
    """The load of one run behind another that warms up what is measured and the broker behind it."""
    load(address, bodies, bench.options.warm_up)
    before = cpu_seconds(process)
    result = load(address, bodies, bench.options.seconds)
    result["cpu_us"] = (cpu_seconds(process) - before) * 1e6 / max(result["requests"], 1)
    result["rate"] = result["requests"] / result["seconds"]
    threads = thread_count(process)
    if result["refused"] or result["broken"]:
        raise SystemExit(f"bench: {name}: not all answers were 200: {json.dumps(result)}")
    bench.report.row(
        name,
        f"{result['cpu_us']:.2f} µs CPU a callback",
        f"p50 {result['p50_us'] / 1000:.1f} ms, p99 {result['p99_us'] / 1000:.1f} ms",
        f"{result['rate']:,.0f}/s, {threads} threads",
        cpu_us=result["cpu_us"],
        per_second=result["rate"],
        p50_ms=result["p50_us"] / 1000,
        p99_ms=result["p99_us"] / 1000,
        threads=threads,
    )
    return result


def load(address, bodies, seconds):
    """One run of wrk: what it saw, as a dictionary."""
    script = os.path.join(os.path.dirname(__file__), "post.lua")
    output = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", script, f"http://{address}"],
        env=dict(os.environ, BENCH_BODIES=bodies, BENCH_PATH="/callbacks"),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(output.strip().splitlines()[-1])
