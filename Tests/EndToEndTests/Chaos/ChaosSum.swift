// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// The reports of parts that ran at different times, in a file of one JSON line for each part. So a run of
/// hours can be made of parts that each end before anyone who started them does.
struct ChaosSum {
    let file: URL
    private(set) var parts: [ChaosReport]

    /// Reads the parts that the file has; a file that does not exist has none.
    init(file: URL) throws {
        self.file = file
        let text = FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : Data()
        parts = try text.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(ChaosReport.self, from: $0)
        }
    }

    /// Whether a part may be added: a seed that is counted twice, or another number of brokers, would make
    /// the table wrong.
    func check(seed: UInt64, brokers: Int) throws {
        for part in parts {
            if part.seeds.contains(seed) {
                throw Installation.Broken("\(file.path) has a part of seed \(seed) already")
            }
            if part.brokers != brokers {
                throw Installation.Broken("\(file.path) has parts on \(part.brokers) brokers, not \(brokers)")
            }
        }
    }

    /// Adds a part, also one with faults: a sum that leaves them out would be worth nothing.
    mutating func add(_ part: ChaosReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let line = try encoder.encode(part) + Data("\n".utf8)
        if !FileManager.default.fileExists(atPath: file.path) {
            try line.write(to: file)
        } else {
            let handle = try FileHandle(forWritingTo: file)
            try handle.seekToEnd()
            try handle.write(contentsOf: line)
            try handle.close()
        }
        parts.append(part)
    }

    /// All parts as one; nil without any.
    var total: ChaosReport? {
        guard var sum = parts.first else { return nil }
        for part in parts.dropFirst() { sum.add(part) }
        return sum
    }
}
