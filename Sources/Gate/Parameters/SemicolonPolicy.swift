// SPDX-License-Identifier: Apache-2.0

/// What to do with a `;` in a value that is not a URL.
///
/// The signed text joins its lines with `;` and escapes nothing. So a customer who can choose a name with `;`
/// in it gets a signature that also fits another body, such as a callback that reports success.
public enum SemicolonPolicy: String, Sendable, CaseIterable {
    /// The request is not made.
    case refuse
    /// Each one becomes a comma.
    case replace
}
