// SPDX-License-Identifier: Apache-2.0
extension RawSpan {
    /// The byte at an offset, bounds checked.
    func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
