// SPDX-License-Identifier: Apache-2.0
internal import CGnuTLS

/// The linked GnuTLS, for messages and reports.
public enum TLSVersion {
    /// Such as `3.7.9`.
    public static var text: String { gnutls_check_version(nil).map { String(cString: $0) } ?? "unknown" }
}
