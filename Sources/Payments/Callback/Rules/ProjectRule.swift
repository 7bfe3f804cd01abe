// SPDX-License-Identifier: Apache-2.0

/// A project id in the body other than the project whose key verified.
///
/// One secret may be given to several projects by mistake; what one of them signed must not become a status
/// of another. The project is reported by the key, the body may only agree.
enum ProjectRule {
    /// - Parameter projectID: of the key that verified; nil where none is known, and the body's is taken.
    /// - Returns: the project, if there is one.
    static func check(
        _ lines: borrowing SignedLines, _ findings: borrowing ScannedFields, projectID: Int64?,
        into reasons: inout [Reason]
    ) -> Int64? {
        let bytes = lines.bytes.span
        var known = projectID
        for field in [Field.projectID, .generalProjectID] where !findings[field].isEmpty {
            let reported = Digits.number(bytes, findings[field])
            if reported == nil || reported != known ?? reported { reasons.add(.project, "\(field.path)") }
            known = known ?? reported
        }
        return known
    }
}
