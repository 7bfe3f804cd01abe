// SPDX-License-Identifier: Apache-2.0

/// The result of verifying one callback.
public enum Verification: Sendable, Equatable {
    case verified(Match)
    case refused(Refusal)

    /// The key that made the signature, and the rule by which the text was made.
    public struct Match: Sendable, Equatable {
        public var keyID: String
        public var rule: SignatureRule
        public var projectID: Int64

        public init(keyID: String, rule: SignatureRule, projectID: Int64) {
            self.keyID = keyID
            self.rule = rule
            self.projectID = projectID
        }
    }

    public enum Refusal: Sendable, Equatable {
        /// No `signature` at the root or in `general`, or one that is not a string.
        case missingSignature
        /// No readable `project_id` at the root or in `general`, and none was given.
        case missingProject
        /// No accepting key of the project made this signature, or the project is unknown. The sender cannot
        /// distinguish the two. A shadow key that made it is reported to the operator.
        case mismatch(shadow: Match?)
    }
}
