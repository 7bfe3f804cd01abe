/// Waits until a condition holds; whether it did before the limit.
public func eventually(within limit: Duration = .seconds(10), _ isTrue: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isTrue() {
        if ContinuousClock.now >= deadline { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}
