// SPDX-License-Identifier: Apache-2.0

/// What became of a body whose signature is not in question.
public enum Reading: Sendable {
    /// The signed text can be read in one way where it matters: an event can be made of this.
    case clear(Callback)
    /// The signed text can be read in more than one way, or says what cannot be. For a person to look at;
    /// never a status.
    case ambiguous([Reason])
    /// The text is clear, but reports nothing that an event can be made of. Kept and looked at, never
    /// guessed.
    case unknownShape([Reason])
    /// Not one JSON object by the strict rules.
    case unreadable(JSONError)
}
