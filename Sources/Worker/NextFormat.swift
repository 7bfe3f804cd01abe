// SPDX-License-Identifier: Apache-2.0
#if FAILPOINTS
    internal import Glibc
    internal import Payments

    /// Imitates a later version whose formats differ, so that tests can upgrade to it and go back. It is
    /// only in a build with failpoints.
    ///
    /// `TIDINGS_NEXT_FORMAT=store` gives the state store another format. `TIDINGS_NEXT_FORMAT=changelog`
    /// gives one to the changelog, too: every record is written with the next format's number, and both are
    /// read.
    enum NextFormat {
        static let isStore = value != nil
        static let isChangelog = value == "changelog"

        private static let value = getenv("TIDINGS_NEXT_FORMAT").map { String(cString: $0) }
        private static let current = UInt8(ChangelogFormat.current)
        private static let progressTitle = Array("tidings/".utf8)

        /// A record's value as the later version writes it.
        static func written(_ value: UnsafeRawBufferPointer) -> [UInt8] {
            replacingFormat(of: value, current, by: current + 1)
        }

        /// A record's value of either format as this version would have written it.
        static func read(_ value: RawSpan) -> [UInt8] {
            value.withUnsafeBytes { replacingFormat(of: $0, current + 1, by: current) }
        }

        /// A progress record names the format by a digit behind its title, a payment state by its first byte.
        private static func replacingFormat(
            of value: UnsafeRawBufferPointer, _ old: UInt8, by new: UInt8
        ) -> [UInt8] {
            var bytes = Array(value)
            let digits = UInt8(ascii: "0")
            if bytes.starts(with: progressTitle), bytes[progressTitle.count] == digits + old {
                bytes[progressTitle.count] = digits + new
            } else if bytes.first == old {
                bytes[0] = new
            }
            return bytes
        }
    }
#endif
