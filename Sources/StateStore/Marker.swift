// SPDX-License-Identifier: Apache-2.0

/// The small text file beside a store that says whose it is.
///
/// It is a separate file, not a record in the store: after a crash of the operating system the store itself
/// must not even be opened.
struct Marker {
    /// 3: checksums are XXH3.
    static let version = 3

    /// What the file says.
    static func reading(at path: String) throws(StateError) -> Reading {
        guard File.size(path) != nil else { return .missing }
        let bytes = try File.read(path, limit: 4096)
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.popLast() == "", let seal = lines.popLast(), let title = lines.first else {
            return .damaged
        }
        // First of all: another version may compute the seal in another way.
        if title.hasPrefix("tidings-state "), title != "tidings-state \(version)" { return .otherFormat }
        guard seal == Marker.seal(lines), lines.count == 6, let partition = Int32(lines[3]),
            let encoding = Int(lines[4])
        else { return .damaged }
        return .identity(
            StoreIdentity(
                cluster: lines[1], topic: lines[2], partition: partition, encoding: encoding, boot: lines[5]))
    }

    enum Reading {
        case missing
        case damaged
        case otherFormat
        case identity(StoreIdentity)
    }

    static func write(_ identity: StoreIdentity, to path: String) throws(StateError) {
        var lines = ["tidings-state \(version)", identity.cluster, identity.topic]
        lines += ["\(identity.partition)", "\(identity.encoding)", identity.boot]
        lines.append(seal(lines))
        try File.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    private static func seal(_ lines: [String]) -> String {
        let bytes = Array(lines.joined(separator: "\n").utf8)
        return "seal " + String(Checksum.of(bytes.span.bytes), radix: 16)
    }
}
