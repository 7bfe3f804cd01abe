// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// One answer of `/metrics`, taken apart.
struct Scrape {
    struct Family {
        var kind = ""
        var help = ""
        /// The labels of each series, as they are between the braces, and its value.
        var series: [(labels: String, value: Double)] = []
    }

    let text: String
    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        self.text = text
        for line in text.split(separator: "\n") {
            if let help = line.wholeMatch(of: /# HELP (\w+) (.*)/) {
                families[String(help.1), default: Family()].help = String(help.2)
            } else if let kind = line.wholeMatch(of: /# TYPE (\w+) (.*)/) {
                families[String(kind.1), default: Family()].kind = String(kind.2)
            } else {
                let sample = try #require(line.wholeMatch(of: /(\w+)(?:\{(.*)\})? (\S+)/), "\(line)")
                let value = try #require(Double(sample.3), "\(line)")
                let name = family(of: String(sample.1))
                #expect(families[name] != nil, "\(name) has a series before its help and type")
                families[name]?.series.append((String(sample.2 ?? ""), value))
            }
        }
    }

    /// Waits for the endpoints of a process, and takes its first answer.
    static func first(of port: Int, by process: ChildProcess) throws -> Scrape {
        var text: String?
        eventually(within: .seconds(120), "\(process.errors.suffix(3000))") {
            guard let connection = try? RawHTTP(port: port) else { return false }
            connection.get("/metrics")
            text = connection.answer()?.text
            return text != nil
        }
        return try Scrape(#require(text))
    }

    /// The name of the family that a series belongs to.
    private func family(of name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.count))
            if families[base]?.kind == "histogram" { return base }
        }
        return name
    }

    /// The value of one series; nil where there is none.
    func value(_ name: String, _ labels: String = "") -> Double? {
        families[name]?.series.first { $0.labels == labels }?.value
    }
}
