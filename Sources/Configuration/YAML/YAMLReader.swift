// SPDX-License-Identifier: Apache-2.0
internal import CYAML
import Telemetry

/// Reads one YAML document into a tree, with libyaml's event interface.
///
/// Refused, since a configuration needs none of it and each can surprise: anchors and aliases (a short file
/// can grow without bound through them), tags, several documents, keys that are not scalars, a key published
/// twice.
struct YAMLReader: ~Copyable {
    /// More than any configuration has; beyond it something else was given by mistake.
    private static let largestFile = 1 << 20
    private static let deepest = 16

    private let file: String
    private var parser: UnsafeMutablePointer<yaml_parser_t>

    /// - Parameter file: its name in errors and on the disk.
    static func read(file: String) throws(ConfigurationError) -> YAMLNode {
        try parse(try FileBytes.read(file, atMost: largestFile), file: file)
    }

    /// - Parameter file: the name that errors report.
    static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> YAMLNode {
        var reader = YAMLReader(file: file)
        // libyaml keeps the pointer until the parser is deleted, and both end within this closure's call.
        let result: Result<YAMLNode, ConfigurationError> = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(reader.parser, buffer.baseAddress, buffer.count)
            do throws(ConfigurationError) {
                return .success(try reader.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(file: String) {
        self.file = file
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "libyaml fails here only without memory")
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document() throws(ConfigurationError) -> YAMLNode {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
            case YAML_DOCUMENT_START_EVENT:
                guard root == nil else { throw error("a second document begins", event.line) }
                root = try value(try next(), depth: 0)
            default:
                return root ?? YAMLNode(content: .mapping([]), line: 1)
            }
        }
    }

    private mutating func value(_ event: Event, depth: Int) throws(ConfigurationError) -> YAMLNode {
        guard depth < Self.deepest else { throw error("nested too deep", event.line) }
        guard !event.isTagged else { throw error("a tag (!…) is not understood here", event.line) }
        guard !event.isAnchored else { throw error("anchors and aliases are not allowed", event.line) }
        switch event.kind {
        case YAML_SCALAR_EVENT: return YAMLNode(content: .scalar(event.text), line: event.line)
        case YAML_SEQUENCE_START_EVENT: return try sequence(event, depth: depth)
        default: return try mapping(event, depth: depth)
        }
    }

    private mutating func sequence(_ start: Event, depth: Int) throws(ConfigurationError) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let event = try next()
            if event.kind == YAML_SEQUENCE_END_EVENT { break }
            elements.append(try value(event, depth: depth + 1))
        }
        return YAMLNode(content: .sequence(elements), line: start.line)
    }

    private mutating func mapping(_ start: Event, depth: Int) throws(ConfigurationError) -> YAMLNode {
        var members: [YAMLNode.Member] = []
        var linesByKey: [String: Int] = [:]
        while true {
            let event = try next()
            if event.kind == YAML_MAPPING_END_EVENT { break }
            guard let key = try value(event, depth: depth + 1).text else {
                throw error("a key must be a plain name", event.line)
            }
            if let first = linesByKey.updateValue(event.line, forKey: key) {
                throw error("the key \(key.quoted) is on line \(first) already", event.line)
            }
            let value = try value(try next(), depth: depth + 1)
            members.append(YAMLNode.Member(key: key, line: event.line, value: value))
        }
        return YAMLNode(content: .mapping(members), line: start.line)
    }

    /// One event of libyaml, copied out so that its memory can be freed immediately.
    private struct Event {
        let kind: yaml_event_type_t
        let line: Int
        var text = ""
        var isTagged = false
        var isAnchored = false
    }

    private mutating func next() throws(ConfigurationError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else {
            let line = Int(parser.pointee.problem_mark.line) + 1
            let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
            throw error("not YAML: \(problem)", line)
        }
        defer { yaml_event_delete(&raw) }
        var event = Event(kind: raw.type, line: Int(raw.start_mark.line) + 1)
        switch raw.type {
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            event.text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            event.isTagged = scalar.tag != nil
            event.isAnchored = scalar.anchor != nil
        case YAML_SEQUENCE_START_EVENT:
            event.isTagged = raw.data.sequence_start.tag != nil
            event.isAnchored = raw.data.sequence_start.anchor != nil
        case YAML_MAPPING_START_EVENT:
            event.isTagged = raw.data.mapping_start.tag != nil
            event.isAnchored = raw.data.mapping_start.anchor != nil
        case YAML_ALIAS_EVENT:
            event.isAnchored = true
        default: break
        }
        return event
    }

    private func error(_ message: String, _ line: Int) -> ConfigurationError {
        ConfigurationError(message, file: file, line: line)
    }
}

extension String {
    /// In quotes and on one line, for messages that name what was written.
    var quoted: String {
        var bytes = Array("\"".utf8)
        LineEscaping.append(self, to: &bytes, atMost: 100)
        return String(decoding: bytes, as: UTF8.self) + "\""
    }
}
