// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
internal import System
public import WebClient

/// Sends the callbacks of many payments at a fixed rate, as a platform under load does: an open loop.
public final class CallbackLoad: Sendable {
    public struct Settings: Sendable {
        public var address: WebAddress
        public var projectID: Int64
        public var secret: [UInt8]
        public var histories: LoadHistories
        /// Callbacks a second.
        public var rate: Double
        public var duration: Duration
        /// Every wait in a history is multiplied by it.
        public var timeScale: Double
        /// Each has a separate thread.
        public var connections: Int
        public var seed: UInt64
        /// How long an answer is waited for.
        public var timeout: Duration

        public init(
            address: WebAddress, projectID: Int64, secret: [UInt8], histories: LoadHistories, rate: Double,
            duration: Duration, timeScale: Double = 1, connections: Int = 16,
            seed: UInt64 = .random(in: .min ... .max), timeout: Duration = .seconds(10)
        ) {
            precondition(rate > 0 && connections > 0, "a load needs a rate and a connection")
            self.address = address
            self.projectID = projectID
            self.secret = secret
            self.histories = histories
            self.rate = rate
            self.duration = duration
            self.timeScale = timeScale
            self.connections = connections
            self.seed = seed
            self.timeout = timeout
        }
    }

    /// A callback that is about to be sent.
    public struct Sent: Sendable {
        public var projectID: Int64
        public var paymentID: String
        /// The payment's status in the callback.
        public var status: String
        public var due: ContinuousClock.Instant
        /// Whether its signature is right.
        public var isGenuine: Bool

        public init(
            projectID: Int64, paymentID: String, status: String, due: ContinuousClock.Instant, isGenuine: Bool
        ) {
            self.projectID = projectID
            self.paymentID = paymentID
            self.status = status
            self.due = due
            self.isGenuine = isGenuine
        }
    }

    private let settings: Settings

    public init(_ settings: Settings) {
        self.settings = settings
    }

    /// Sends until the duration is over and the last answer has come.
    ///
    /// - Parameter sent: is called before each callback, from the connections' threads.
    public func start(sent: @escaping @Sendable (Sent) -> Void = { _ in }) -> LoadInProgress {
        let start = ContinuousClock.now
        let load = LoadInProgress(settings.connections, start: start)
        let date = WallClock.seconds
        for index in 0..<settings.connections {
            let thread = OSThread(name: "platform-load") { [settings] in
                var connection = LoadConnection(settings, index: index, date: date, sent: sent)
                load.add(connection.run(from: start))
            }
            thread.detach()
        }
        return load
    }
}
