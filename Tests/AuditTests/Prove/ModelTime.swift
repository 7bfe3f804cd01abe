// SPDX-License-Identifier: Apache-2.0

/// Moments of the model, in seconds since 1970.
enum ModelTime {
    /// 2026-01-01T00:00:00Z
    static let start: Int64 = 1_767_225_600
    static let day: Int64 = 86_400
}
