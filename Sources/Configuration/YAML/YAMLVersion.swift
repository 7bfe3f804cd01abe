// SPDX-License-Identifier: Apache-2.0
internal import CYAML

/// The libyaml that this process runs on.
public enum YAMLVersion {
    /// Such as `0.2.5`.
    public static var text: String { String(cString: yaml_get_version_string()) }
}
