// SPDX-License-Identifier: Apache-2.0
internal import CLMDB
internal import CXXHash

/// The libraries of the state store that this process runs on.
public enum StateVersion {
    /// LMDB's, such as `0.9.24`.
    public static var text: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        _ = mdb_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// xxHash's, such as `0.8.1`.
    public static var xxHash: String {
        let number = XXH_versionNumber()
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }
}
