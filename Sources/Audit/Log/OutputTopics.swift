// SPDX-License-Identifier: Apache-2.0
package import Payments

extension Topic {
    /// The topics with the record that a callback leads to.
    package static let outputs = [Topic.status, .review, .deadLetter]

    /// The topic as reports and metrics name it, such as `status`.
    package var outputName: String { String(baseName.split(separator: ".")[0]) }
}

extension Decision {
    /// The decision as a member of a JSON object: names there have underscores.
    package var memberName: String { String("\(name)".map { $0 == "-" ? "_" : $0 }) }
}
