// SPDX-License-Identifier: Apache-2.0
import TestSupport

extension OutsideTool {
    /// The event's schemas and examples, checked by jsonschema, Google's protobuf and protoc.
    static let contract = OutsideTool(
        "Tests/Reference/check_contract.py", modules: ["jsonschema", "google.protobuf"], programs: ["protoc"])
}
