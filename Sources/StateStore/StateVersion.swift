internal import CLMDB

/// The LMDB that this process runs on.
public enum StateVersion {
    /// Such as `0.9.24`.
    public static var text: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        _ = mdb_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }
}
