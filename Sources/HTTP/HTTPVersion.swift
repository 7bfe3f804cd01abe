// SPDX-License-Identifier: Apache-2.0
internal import CGnuTLS
internal import CMicroHTTPD

/// The libraries of the server that this process runs on.
public enum HTTPVersion {
    /// libmicrohttpd's, such as `0.9.75`.
    public static var text: String { String(cString: MHD_get_version()) }

    /// GnuTLS', such as `3.7.9`.
    public static var gnuTLS: String { gnutls_check_version(nil).map { String(cString: $0) } ?? "unknown" }
}
