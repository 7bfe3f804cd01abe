// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD

/// The libmicrohttpd that this process runs on.
public enum HTTPVersion {
    /// Such as `0.9.75`.
    public static var text: String { String(cString: MHD_get_version()) }
}
