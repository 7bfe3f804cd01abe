// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The number at the end of the host's name, as orchestrators give it to the members of a set: `worker-3` is
/// 3.
enum HostOrdinal {
    static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "0" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return of(String(decoding: bytes, as: UTF8.self))
    }

    /// "0" where the name does not end in `-` and a number.
    static func of(_ hostName: String) -> String {
        let label = hostName.prefix { $0 != "." }
        guard let dash = label.lastIndex(of: "-") else { return "0" }
        let digits = label[label.index(after: dash)...]
        guard (1...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return "0"
        }
        return String(digits)
    }
}
