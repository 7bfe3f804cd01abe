/// A project id in the body other than the project whose key verified.
///
/// One secret may be given to several projects by mistake; what one of them signed must not become a status of
/// another. The project is told by the key, the body may only agree.
enum ProjectRule {
    /// - Parameter projectID: of the key that verified; nil where none is known, and the body's is taken.
    /// - Returns: the project, if there is one.
    static func judge(
        _ lines: borrowing SignedLines, _ findings: borrowing Findings, projectID: Int64?,
        into reasons: inout [Reason]
    ) -> Int64? {
        let bytes = lines.bytes.span
        var known = projectID
        for field in [Field.projectID, .generalProjectID] where !findings[field].isEmpty {
            let told = Digits.number(bytes, findings[field])
            if told == nil || told != known ?? told { reasons.add(.project, "\(field.path)") }
            known = known ?? told
        }
        return known
    }
}
