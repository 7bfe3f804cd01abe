// SPDX-License-Identifier: Apache-2.0

/// The version of this software, by semantic versioning: what a minor version may change is in the README.
public enum Version {
    /// Such as `0.1.0`.
    public static let text = "0.1.0"
    /// When it was released, as manual pages have it.
    static let date = "November 23, 2026"
}
