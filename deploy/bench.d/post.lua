-- Posts the bodies of a file, a line each, in turn; every connection thread starts where the one before ends.
local bodies = {}
for line in io.lines(os.getenv("BENCH_BODIES")) do bodies[#bodies + 1] = line end
local path = os.getenv("BENCH_PATH") or "/callbacks"
local next = 0

function request()
    next = next % #bodies + 1
    return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, bodies[next])
end

function done(summary, latency, requests)
    io.write(string.format(
        '{"requests": %d, "seconds": %.3f, "p50_us": %d, "p99_us": %d, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
