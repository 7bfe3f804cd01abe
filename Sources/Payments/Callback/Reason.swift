// SPDX-License-Identifier: Apache-2.0

/// Why a callback went to review: the rule that held it back, and the place.
public struct Reason: Error, Hashable {
    /// The rules, each in a separate file; the raw value is the name in review records, metrics and
    /// `tidings verify`.
    public enum Rule: String, Sendable, CaseIterable {
        // The signed text can be read in more than one way where it matters.

        /// A field's name and `:` follow a `;` where no line of the body begins, or begin two lines.
        case hiddenLine = "hidden-line"
        /// The text can be read as the signed parameter list of a Payment Page link.
        case link
        /// The text can be read as a signed request of the merchant to the platform.
        case request
        /// A value goes on behind a `;` as a member between its neighbours would.
        case tail
        /// A free text is before an unread member whose name is not a plain name.
        case oddKey = "odd-key"
        /// Two shapes together, or two things to show the customer.
        case shapes
        /// An id or amount that is not a number, or an unknown currency code.
        case number
        /// A project other than the one whose key verified.
        case project

        // The text is clear, but no event can be made of it.

        /// No shape is there with all that it needs; the path names the first thing missed.
        case incomplete
        /// The operation's date cannot be read.
        case date
        /// The operation's id is a number beyond Int64.
        case identifier
        /// The event, or the payment's state, would be larger than the settings allow; the path says which.
        case tooLarge = "too-large"

        // The callback is stale because a limit of the payment state was reached.

        /// Its operation no longer remembers all fingerprints, and this one may be among those that are gone.
        case limit
        /// It has no date, and the payment state holds as many such callbacks as it may.
        case undatedLimit = "undated-limit"
    }

    /// The most reasons that a reading lists.
    public static let listLimit = 8

    /// The most bytes of a path. Paths are the schema's own names, which all fit.
    public static let pathLimit = 64

    public var rule: Rule
    /// A path of the published schema (`payment:status`, `operations:*:id`), never a value and never a name
    /// that the sender made up.
    public var path: String

    public init(_ rule: Rule, _ path: String) {
        precondition(path.utf8.count <= Self.pathLimit, "a reason names a path longer than Reason.pathLimit")
        self.rule = rule
        self.path = path
    }
}

extension Reason.Rule {
    /// Whether a person may accept it, as the choice of one reading: with it set aside, the body still names
    /// one payment of the project whose key verified, and every number in it can be read. What
    /// `unknown-shape` and `stale` are held back for is not a matter of two readings.
    var isAcceptable: Bool { !readings.isEmpty }

    /// The two ways in which the signed text can be read, for the person who reviews the callback. Empty for
    /// a rule of a text with one reading, which says what cannot be or what is missing.
    public var readings: [String] {
        switch self {
        case .hiddenLine:
            ["a callback with this member", "a value that contains text in the form of this member"]
        case .link: ["a callback", "a Payment Page link signed by the merchant"]
        case .request: ["a callback", "a Gate request signed by the merchant"]
        case .tail: ["the whole value", "a shorter value and another member behind it"]
        case .oddKey: ["a value and another member behind it", "one longer value"]
        case .shapes: ["a callback of one shape or action", "a callback of another shape or action"]
        case .number, .project, .incomplete, .date, .identifier, .tooLarge, .limit, .undatedLimit: []
        }
    }
}
