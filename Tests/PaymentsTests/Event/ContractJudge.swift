import TestSupport

extension OutsideJudge {
    /// The event's schemas and examples, judged by jsonschema, Google's protobuf and protoc.
    static let contract = OutsideJudge(
        "Tests/Reference/judge_contract.py", modules: ["jsonschema", "google.protobuf"], programs: ["protoc"])
}
