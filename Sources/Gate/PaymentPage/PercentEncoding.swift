// SPDX-License-Identifier: Apache-2.0
/// Text in a URL or in a form.
package enum PercentEncoding {
    /// Every byte but ASCII letters, digits and `marks` as `%XX`.
    package static func encode(_ bytes: some Sequence<UInt8>, keeping marks: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var output = String.UnicodeScalarView()
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                output.append(Unicode.Scalar(byte))
            case _ where marks.utf8.contains(byte): output.append(Unicode.Scalar(byte))
            default: output += ["%", digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(output)
    }
}
