// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Testing

/// Asks until the condition holds; records an issue when it has not after `limit`. For what happens soon but
/// not immediately: the limit is generous, since it is only reached when something is broken.
@discardableResult
public func eventually(
    within limit: Duration = .seconds(120), _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
        if try condition() { return true }
        guard ContinuousClock.now < deadline else { break }
        usleep(10_000)
    }
    Issue.record(comment ?? "it did not happen within \(limit)", sourceLocation: sourceLocation)
    return false
}

/// The same for asynchronous tests, which decide themselves what it means when it did not hold in time.
public func eventually(within limit: Duration = .seconds(120), _ isTrue: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isTrue() {
        if ContinuousClock.now >= deadline { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}
