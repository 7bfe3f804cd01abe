// SPDX-License-Identifier: Apache-2.0

// What libFuzzer calls with every body it makes up. `deploy/fuzz` builds it into one module with the sources
// of Payments, outside the package, so that it sees the internal parts too.

/// Used again by every call, as an ingress uses its own.
private struct Bench {
    var tree = JSONTree()
    var again = JSONTree()
    var lines = SignedLines()
    var plain = SignedLines()
    var signer = Signer(secret: Array("fuzz".utf8))
    var verifier = SignatureVerifier()
    var reader = CallbackReader()
}

nonisolated(unsafe) private var bench = Bench()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let body = [UInt8](UnsafeBufferPointer(start: start, count: count))
    bench.check(body)
    return 0
}

extension Bench {
    mutating func check(_ body: [UInt8]) {
        do throws(JSONError) {
            try tree.parse(body.span.bytes)
        } catch {
            precondition(0...body.count ~= error.offset, "an error names a place in the body")
            precondition(tree.nodes.isEmpty, "a refused body leaves no tree")
            return
        }
        precondition(tree.nodes.count <= tree.limits.members + 1, "the limit on members holds")
        checkRoundTrip()
        for rule in SignatureRule.allCases { checkLines(rule) }
        checkSignature(body)
        _ = reader.read(body.span.bytes, rule: .natural, projectID: 7)
    }

    /// What is written of a tree reads back as an equal tree, and as the same bytes.
    private mutating func checkRoundTrip() {
        var text: [UInt8] = []
        tree.serialise(into: &text)
        do throws(JSONError) {
            try again.parse(text.span.bytes)
        } catch {
            preconditionFailure("what a tree is written as cannot be read: \(error)")
        }
        precondition(tree == again, "a tree reads back as another")
        var second: [UInt8] = []
        again.serialise(into: &second)
        precondition(second == text, "a tree is written otherwise the second time")
    }

    /// The fast way of flattening gives what the general one gives, within the bound, and in sorted order.
    private mutating func checkLines(_ rule: SignatureRule) {
        lines.flatten(tree, rule: rule)
        precondition(
            lines.bytes.count <= tree.limits.signedBytes + 32 * lines.lines.count, "text beyond its bound")
        plain.mergeAll(tree, rule)
        precondition(Self.texts(lines) == Self.texts(plain), "two ways of flattening differ")
        lines.sort(by: rule)
        precondition(Self.isSorted(lines, rule), "lines out of order")
    }

    /// Whatever can be read can be signed, and what is signed verifies by the natural rule.
    private mutating func checkSignature(_ body: [UInt8]) {
        for place in [Signer.Place.asFound, .general] {
            if let signed = try? signer.sign(body.span.bytes, place: place) { checkSigned(signed) }
        }
    }

    private mutating func checkSigned(_ body: [UInt8]) {
        for (secret, rule) in [("fuzz", SignatureRule.natural), ("other", nil)] {
            do throws(JSONError) {
                let answer = try verifier.verify(body.span.bytes, secret: Array(secret.utf8))
                precondition(answer.hasSignature && answer.rule == rule, "\(secret) is checked \(answer)")
            } catch {
                preconditionFailure("what was signed cannot be read: \(error)")
            }
        }
    }

    private static func texts(_ lines: SignedLines) -> [ArraySlice<UInt8>] {
        lines.lines.map { lines.bytes[Int($0.path.start)..<Int($0.value.end)] }
    }

    private static func isSorted(_ lines: SignedLines, _ rule: SignatureRule) -> Bool {
        let text = lines.bytes.span
        let keys = lines.keys.isEmpty ? lines.lines.map(\.path) : lines.keys
        for (one, other) in zip(keys, keys.dropFirst()) {
            let (left, right) = (text.extracting(one.range), text.extracting(other.range))
            let isSorted =
                rule == .byteOrder
                ? !lines.bytes[other.range].lexicographicallyPrecedes(lines.bytes[one.range])
                : NaturalOrder.order(left, right) <= 0
            if !isSorted { return false }
        }
        return true
    }
}

extension SignedLines {
    /// Flattens in the general way, even where the fast one would do.
    fileprivate mutating func mergeAll(_ tree: JSONTree, _ rule: SignatureRule) {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        mergeLines(tree, rule)
    }
}
