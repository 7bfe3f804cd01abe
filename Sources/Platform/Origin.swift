// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Where the customer finds the simulator's pages: known once the server listens.
final class Origin: Sendable {
    private let address = Mutex("")

    func set(_ hostAndPort: String) { address.withLock { $0 = hostAndPort } }

    var url: String { "http://" + address.withLock { $0 } }
}
