// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD

extension Request {
    /// The fields of the query, decoded, in their order; a name may come several times.
    public func queryFields() -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &fields) { fields in
            _ = MHD_get_connection_values_n(
                connection, .GET_ARGUMENT_KIND,
                { fields, _, name, nameBytes, value, valueBytes in
                    func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
                        let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
                        return String(decoding: PercentEscapes.decoded(bytes), as: UTF8.self)
                    }
                    fields?.assumingMemoryBound(to: [(name: String, value: String)].self).pointee.append(
                        (text(name, nameBytes), text(value, valueBytes)))
                    return .YES
                }, fields)
        }
        return fields
    }
}

/// Percent escapes, which the server leaves in paths and queries. libmicrohttpd has made each `+` of a query
/// a space.
enum PercentEscapes {
    /// What is not an escape stays as it is.
    static func decoded(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count, let high = digit(text[index + 1]),
                let low = digit(text[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
