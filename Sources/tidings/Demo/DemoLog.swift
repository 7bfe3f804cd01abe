// SPDX-License-Identifier: Apache-2.0
import Platform
import Synchronization

/// The simulated platform's deliveries. Any thread.
final class DemoLog: Sendable {
    private let deliveries = Mutex<[PlatformEvent.Delivery]>([])

    func add(_ event: PlatformEvent) {
        switch event {
        case .request: return
        case .callback(let delivery): deliveries.withLock { $0.append(delivery) }
        }
    }

    /// Every post that was answered with 200, a redelivery after a lost answer included.
    var accepted: [PlatformEvent.Delivery] { deliveries.withLock { $0.filter { $0.status == 200 } } }

    /// Callbacks that were not, each once: the platform goes on sending them.
    var refused: [PlatformEvent.Delivery] {
        deliveries.withLock { $0.filter { $0.status != 200 && $0.attempt == 1 } }
    }
}
