// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Glibc

/// The properties that this librdkafka has.
public enum LibraryProperties {
    /// Their names, aliases too, as in CONFIGURATION.md. Callbacks are among them, which a file cannot set.
    public static let names: Set<String> = Set(table.split(separator: "\n").compactMap(name))

    /// librdkafka's own table, which it prints to a stream only.
    private static var table: String {
        var buffer: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let stream = open_memstream(&buffer, &size) else { return "" }
        rd_kafka_conf_properties_show(stream)
        fclose(stream)
        defer { free(buffer) }
        return buffer.map { String(cString: $0) } ?? ""
    }

    /// The first column of a row that has a second.
    private static func name(_ row: Substring) -> String? {
        guard let bar = row.firstIndex(of: "|") else { return nil }
        let name = row[..<bar].filter { $0 != " " }
        return name.isEmpty || name == "Property" || name.hasPrefix("---") ? nil : name
    }
}
