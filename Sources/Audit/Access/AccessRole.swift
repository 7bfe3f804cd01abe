// SPDX-License-Identifier: Apache-2.0

/// Who connects to the cluster on behalf of an installation. Each has a separate principal.
public enum AccessRole: String, Sendable, CaseIterable {
    /// `tidings ingress`.
    case ingress
    /// `tidings worker`.
    case worker
    /// The commands that only read: `prove`, `inspect`.
    case audit
    /// The commands that publish again or move a group's offsets.
    case recovery
    /// A service that reads payment-status events.
    case reader
    /// `tidings reconcile`.
    case reconcile
    /// An autoscaler that reads the workers' lag, such as KEDA.
    case scaler

    /// The principal's name unless another is given.
    public var standardPrincipal: String { "tidings-\(rawValue)" }
}
