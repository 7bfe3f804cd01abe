// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Glibc
internal import Synchronization
internal import System

/// The simulator's payments in a file, so that it can be started again: a line of JSON each time a payment
/// changes, of which the last one counts. Callbacks that wait are not kept. Any thread.
public final class PaymentFile: Sendable {
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// What the file contained when it was opened, in the order in which the payments began.
    let payments: [SimulatedPayment]
    private let descriptor: Mutex<Int32>

    /// Opens or makes the file, which only its owner can read.
    public init(_ path: String) throws(Failure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        do throws(Failure) {
            payments = try Self.read(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { descriptor.withLock { _ = close($0) } }

    /// Writes a payment's new state.
    func append(_ payment: SimulatedPayment) {
        let line = payment.record.line
        descriptor.withLock { descriptor in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                // A full disk loses what a simulator remembers, not its service.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func read(_ descriptor: Int32, _ path: String) throws(Failure) -> [SimulatedPayment] {
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(descriptor, atMost: .max)
        } catch {
            throw failure(path)
        }
        var latest: [SimulatedPayment.Key: SimulatedPayment] = [:]
        var order: [SimulatedPayment.Key] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let json = try? JSONValue(parsing: Array(line)),
                let payment = SimulatedPayment(record: json)
            else {
                throw Failure(description: "\(path):\(index + 1) is not a payment of the simulator")
            }
            if latest.updateValue(payment, forKey: payment.key) == nil { order.append(payment.key) }
        }
        return order.compactMap { latest[$0] }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(description: "\(path): \(systemMessage(errno))")
    }
}
