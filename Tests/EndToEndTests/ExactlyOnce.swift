import Payments
import TestSupport
import Testing

/// Holds the topics against the callbacks: every output that must be there, once, in order, byte for byte; nothing
/// else; and a memory for each payment that is what the decisions left.
func expectExactlyOnce(
    in installation: Installation, encoding: EventEncoding = .json,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let expected = try Expectation(installation, encoding: encoding)
    #expect(expected.callbackCount > 0, sourceLocation: sourceLocation)
    for topic in [Topic.status, .review, .deadLetter] {
        let found = try Expectation.found(topic, in: installation)
        let wanted = expected.outputs[topic] ?? []
        #expect(found.count == wanted.count, "\(topic)", sourceLocation: sourceLocation)
        let differs = zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        #expect(differs == nil, "\(topic) differs at \(differs ?? 0)", sourceLocation: sourceLocation)
    }
    var memories: [[UInt8]: [UInt8]] = [:]
    for record in try readAll(
        installation.topics[.changelog], at: installation.broker.bootstrapServers)
    {
        if let key = record.key { memories[key] = record.value }
    }
    #expect(memories == expected.memories, sourceLocation: sourceLocation)
}
