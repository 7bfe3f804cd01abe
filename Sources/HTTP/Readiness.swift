// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// Whether a process can do its work now, and if not, why: what `/readyz` answers.
public struct Readiness: Sendable, Equatable {
    /// Something without which the process is not ready.
    public struct Obstacle: Sendable, Equatable {
        /// A short constant name, such as `broker` or `draining`.
        public var name: String
        /// A sentence for a person; it names addresses and topics, never content.
        public var reason: String

        public init(_ name: String, _ reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// Empty means ready.
    public var obstacles: [Obstacle]

    public init(_ obstacles: [Obstacle] = []) {
        self.obstacles = obstacles
    }

    public var isReady: Bool { obstacles.isEmpty }

    /// `{"ready":false,"reasons":[{"name":"broker","reason":"…"}]}`
    var json: [UInt8] {
        var bytes = Array(#"{"ready":\#(isReady),"reasons":["#.utf8)
        for (index, obstacle) in obstacles.enumerated() {
            bytes += index == 0 ? Array(#"{"name":""#.utf8) : Array(#",{"name":""#.utf8)
            LineEscaping.append(obstacle.name, to: &bytes)
            bytes += Array(#"","reason":""#.utf8)
            LineEscaping.append(obstacle.reason, to: &bytes)
            bytes += Array(#""}"#.utf8)
        }
        return bytes + Array("]}\n".utf8)
    }
}
