import Foundation
import TestSupport
import Testing

/// The readers of `deploy/examples`, run as their page says.
enum ExampleReader: CaseIterable {
    case python
    case java

    /// Kafka's client for Python is among the judges that `deploy/test` installs.
    static let inPython = OutsideJudge("deploy/examples/reader.py", modules: ["confluent_kafka"])
    static let canRunJava = kafkaHome != nil && Program.find("javac") != nil
    static let howToRunJava: Comment =
        "needs KAFKA_HOME for its libraries, and a JDK: deploy/test installs one where KAFKA_HOME is set"

    private static let kafkaHome = ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// What a reader ends up knowing of a payment.
    struct Truth: Decodable, Hashable {
        var key: String
        var status: String?
        var amount: Int64?
        var currency: String?
        var as_of: String?
        var revision: Int64

        /// Without a date it is the oldest.
        var age: (String, Int64) { (as_of ?? "", revision) }
    }

    struct Result {
        var ending: ChildProcess.Ending?
        var truths: [Truth]
        var errors: String
    }

    /// Reads a topic to its end.
    func read(_ topic: String, at bootstrapServers: String) throws -> Result {
        let reader =
            switch self {
            case .python:
                try Self.inPython.start(["--bootstrap", bootstrapServers, "--topic", topic, "--until-end"])
            case .java:
                try ChildProcess(
                    #require(Program.find("java")),
                    [
                        "-cp", "\(#require(Self.kafkaHome))/libs/*",
                        Repository.file("deploy/examples/Reader.java").path, bootstrapServers, topic,
                    ])
            }
        let ending = reader.waitForEnd(within: .seconds(120))
        let truths = try reader.output.split(separator: "\n").map {
            try JSONDecoder().decode(Truth.self, from: Data($0.utf8))
        }
        return Result(ending: ending, truths: truths, errors: reader.errors)
    }

    /// What a reader must end up with, worked out from the records in whatever order they are given.
    static func truths(of records: [ReadRecord]) throws -> [Truth] {
        struct Event: Decodable {
            struct Payment: Decodable {
                var status: String?
                var amount: Int64?
                var currency: String?
                var as_of: String?
            }
            var revision: Int64
            /// Nil for tokens and recurring registrations.
            var payment: Payment?
        }
        var newest: [String: Truth] = [:]
        for record in records {
            let (key, value) = (try #require(record.keyText), try #require(record.value))
            let event = try JSONDecoder().decode(Event.self, from: Data(value))
            guard let payment = event.payment else { continue }
            let truth = Truth(
                key: key, status: payment.status, amount: payment.amount, currency: payment.currency,
                as_of: payment.as_of, revision: event.revision)
            if let kept = newest[key], kept.age > truth.age { continue }
            newest[key] = truth
        }
        return newest.values.sorted { $0.key < $1.key }
    }
}
