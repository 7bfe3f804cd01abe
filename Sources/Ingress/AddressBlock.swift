// SPDX-License-Identifier: Apache-2.0
public import HTTP

/// A range of addresses in CIDR notation, of IPv4 or IPv6; a bare address is a range of one.
public struct AddressBlock: BitwiseCopyable, Sendable, Equatable {
    private let base: IPAddress
    private let highMask: UInt64
    private let lowMask: UInt64

    /// - Parameter prefixBits: 0 to 128, counted in the IPv6 form: `10.0.0.0/8` has 104.
    init(_ address: IPAddress, prefixBits: Int) {
        highMask = Self.mask(bits: min(prefixBits, 64))
        lowMask = Self.mask(bits: max(prefixBits - 64, 0))
        base = IPAddress(high: address.high & highMask, low: address.low & lowMask)
    }

    /// Nil for what is not a CIDR range, and for one whose address has bits behind the prefix: `10.0.0.1/8`
    /// may have been meant as either of two ranges.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        // A mapped range such as `::ffff:10.0.0.0/104` reports its prefix in the IPv6 form.
        let isDotted = address.isV4 && !parts[0].contains(":")
        var bits = 128
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let reported = Int(digits), reported <= (isDotted ? 32 : 128), String(reported) == digits
            else { return nil }
            bits = isDotted ? 96 + reported : reported
        }
        self.init(address, prefixBits: bits)
        guard base == address else { return nil }
    }

    /// Whether the address is in this network.
    public func contains(_ address: IPAddress) -> Bool {
        address.high & highMask == base.high && address.low & lowMask == base.low
    }

    private static func mask(bits: Int) -> UInt64 {
        bits == 0 ? 0 : UInt64.max << UInt64(64 - bits)
    }
}

extension AddressBlock: CustomStringConvertible {
    /// In CIDR notation, as the initialiser reads it.
    public var description: String {
        let bits = highMask.nonzeroBitCount + lowMask.nonzeroBitCount
        return base.isV4 && bits >= 96 ? "\(base)/\(bits - 96)" : "\(base)/\(bits)"
    }
}

extension [AddressBlock] {
    func contain(_ address: IPAddress) -> Bool { contains { $0.contains(address) } }
}
