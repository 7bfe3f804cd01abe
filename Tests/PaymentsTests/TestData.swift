// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// The files in `Data`, beside this one.
enum TestData {
    static let folder = Repository.file("Tests/PaymentsTests/Data")

    static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path).sorted()
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(path)))
    }
}
