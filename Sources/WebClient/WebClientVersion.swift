// SPDX-License-Identifier: Apache-2.0
internal import CCurl

/// The linked libcurl, for messages and reports.
public enum WebClientVersion {
    /// Such as `7.88.1`.
    public static var text: String {
        curl_version_info(CURLVERSION_FIRST)?.pointee.version.map { String(cString: $0) } ?? "unknown"
    }
}
