// SPDX-License-Identifier: Apache-2.0
internal import Audit
public import Payments

/// A body or an event as the lines of its scalars, with what may be personal masked.
///
/// The structure of a body is the platform's, and free. So nothing is listed that is masked, but what is not:
/// ids, types, statuses, dates, codes and sums by their paths. Every other value is shown as `***`.
public struct BodyLines: Sendable {
    public struct Line: Sendable, Equatable {
        /// Names from the root with `:` between them; a place in an array is its number.
        public var path: String
        /// Nil where it is masked.
        public var value: String?
    }

    public let lines: [Line]

    /// - Parameters:
    ///   - rule: by which the body was verified; it says how numbers are written.
    ///   - isUnmasked: shows every value.
    /// - Returns: nil where the body is not a JSON object by the strict rules.
    public init?(_ body: [UInt8], rule: SignatureRule = .natural, limits: JSONLimits, isUnmasked: Bool) {
        var tree = JSONTree(limits: limits)
        var signed = SignedLines()
        do throws(JSONError) {
            try tree.parse(body.span.bytes)
        } catch {
            return nil
        }
        signed.flatten(tree, rule: rule)
        lines = signed.lines.map { line in
            let text = { (range: ByteRange) in String(decoding: signed.bytes[range.range], as: UTF8.self) }
            let (path, value) = (text(line.path), text(line.value))
            return Line(path: path, value: isUnmasked || Self.isShown(path, value) ? value : nil)
        }
    }

    /// The lines that a finding concerns: those of its path, and those whose value has its path inside.
    public func lines(of finding: ReviewFinding) -> [Line] {
        guard !finding.path.isEmpty else { return [] }
        return lines.filter { line in
            Self.normalised(line.path) == finding.path || line.path == finding.path
                || (line.value?.contains(finding.path + ":") ?? false)
        }
    }

    /// A value that goes on behind a `;`, or is long, may hold another one inside.
    private static func isShown(_ path: String, _ value: String) -> Bool {
        value.utf8.count <= 64 && !value.utf8.contains(UInt8(ascii: ";"))
            && shown.contains(normalised(path))
    }

    /// The path with `*` for each place in an array.
    private static func normalised(_ path: String) -> String {
        path.split(separator: ":" as Character, omittingEmptySubsequences: false)
            .map { $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } && !$0.isEmpty ? "*" : String($0) }
            .joined(separator: ":")
    }

    private static let shown: Set<String> = {
        var paths: Set<String> = [
            "project_id", "general:project_id", "request_id", "mode", "payment_amount", "payment_currency",
            "token_status", "token_created_at", "general:payment_id", "payment_id", "interface_type:id",
            // Of events.
            "id", "type", "revision", "occurred_at", "received_at", "action:kind",
        ]
        func add(_ container: String, _ names: String) {
            for name in names.split(separator: " ") { paths.insert("\(container):\(name)") }
        }
        add("payment", "id type method status date result_code amount currency exponent status_class as_of")
        for operation in ["operation", "operations:*", "transaction"] {
            add(operation, "id type status date created_date request_id code status_class superseded")
            add(operation, "created_at updated_at")
            add("\(operation):provider", "id payment_id endpoint_id date")
        }
        let sums = [
            "payment:sum", "operation:sum_initial", "operation:sum_converted", "operations:*:sum_initial",
            "operations:*:sum_converted", "sum_real", "sum_request", "sum_refund", "previous:payment_sum",
            "previous:sum_initial", "previous:sum_converted",
        ]
        for sum in sums { add(sum, "amount currency exponent") }
        add("previous", "status status_class payment_status payment_status_class updated_at")
        add("request", "id action status")
        add("recurring", "id status type currency valid_thru period time interval")
        add("errors:*", "code")
        add("request:errors:*", "code")
        add("source", "topic partition offset")
        add("trust", "key_id signature_rule released_by")
        return paths
    }()
}

extension BodyLines.Line {
    /// The value or its placeholder, safe on a terminal.
    var shown: String { value.map { String(escaping: $0.utf8) } ?? "***" }
}
