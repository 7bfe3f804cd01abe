// SPDX-License-Identifier: Apache-2.0
internal import HTTP

/// Where a request came from, and whether it may.
struct Origin: Sendable {
    /// Empty: from anywhere.
    let allowed: [AddressBlock]
    /// Whose X-Forwarded-For is believed.
    let trustedProxies: [AddressBlock]

    func allows(_ sender: IPAddress) -> Bool { allowed.isEmpty || allowed.contain(sender) }

    /// Whether the peer is a proxy whose fields are believed.
    func trusts(_ peer: IPAddress) -> Bool { trustedProxies.contain(peer) }

    /// The address that sent the request: the peer's, unless it is a trusted proxy. Then the rightmost hop
    /// that no trusted proxy has, since anyone who sent the request can have written what is further left.
    ///
    /// A hop that is not an address ends the search with ``IPAddress/unspecified``: it is on no list.
    func sender(of request: borrowing Request) -> IPAddress {
        guard trusts(request.peer), let hops = request.joinedField("x-forwarded-for") else {
            return request.peer
        }
        return Self.sender(behind: request.peer, hops: hops, trustedProxies: trustedProxies)
    }

    static func sender(behind peer: IPAddress, hops: [UInt8], trustedProxies: [AddressBlock]) -> IPAddress {
        var sender = peer
        for hop in hops.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
            guard let address = address(in: hop) else { return .unspecified }
            sender = address
            if !trustedProxies.contain(address) { break }
        }
        return sender
    }

    /// The address of one hop, as proxies write it: bare, in brackets, with a port.
    private static func address(in hop: ArraySlice<UInt8>) -> IPAddress? {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var hop = hop.drop(while: isBlank)
        while let last = hop.last, isBlank(last) { hop.removeLast() }
        if hop.first == UInt8(ascii: "[") {
            guard let end = hop.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = hop[(end + 1)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return read(hop[hop.index(after: hop.startIndex)..<end])
        }
        let colons = hop.count { $0 == UInt8(ascii: ":") }
        if colons == 1, let colon = hop.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(hop[colon...]) else { return nil }
            return read(hop[..<colon])
        }
        return read(hop)
    }

    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        (2...6).contains(text.count) && text.first == UInt8(ascii: ":")
            && text.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func read(_ text: ArraySlice<UInt8>) -> IPAddress? {
        IPAddress(text.span.bytes)
    }
}
