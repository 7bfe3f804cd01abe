// SPDX-License-Identifier: Apache-2.0

/// How far long work has come, and how long it will take.
struct ProgressBar {
    private static let width = 30

    let total: Int
    private let began = ContinuousClock.now

    /// The bar as one line of text, such as `[######----] 60 of 100, 12 s left`.
    func text(done: Int) -> String {
        let filled = total > 0 ? min(Self.width, Self.width * done / total) : Self.width
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
        return "[\(bar)] \(done) of \(total)" + left(done)
    }

    private func left(_ done: Int) -> String {
        guard done > 0, done < total else { return "" }
        let seconds = began.duration(to: .now).components.seconds * Int64(total - done) / Int64(done)
        return seconds >= 120 ? ", \(seconds / 60) min left" : ", \(seconds) s left"
    }
}
