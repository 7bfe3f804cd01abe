// SPDX-License-Identifier: Apache-2.0

/// Whether an installation processes real payments.
public enum Profile: String, Sendable, CaseIterable {
    /// What could lose or expose payments is allowed, with a warning at each start.
    case development
    /// The same is refused.
    case production
}
