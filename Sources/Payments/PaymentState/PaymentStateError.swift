// SPDX-License-Identifier: Apache-2.0

/// Why a payment's state could not be had. Nothing may be decided without it: the partition is built again
/// from the changelog, or the worker stops.
public enum PaymentStateError: Error, Equatable {
    /// The bytes are not what was written; `offset` is where that showed.
    case damaged(offset: Int)
    /// Written by a version of this software that this one does not know.
    case version(UInt8)
    /// The store could not be read; anyone who looked it up knows why.
    case unavailable
}
