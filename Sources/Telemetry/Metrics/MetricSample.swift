// SPDX-License-Identifier: Apache-2.0

/// One value of a family whose series come and go, such as that of a partition.
public struct MetricSample: Sendable {
    /// In the order of the family's labels.
    public let labels: [String]
    public let value: Double

    public init(_ labels: String..., value: Double) {
        self.labels = labels
        self.value = value
    }
}
