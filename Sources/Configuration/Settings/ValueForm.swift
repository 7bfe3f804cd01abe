// SPDX-License-Identifier: Apache-2.0

/// How a setting's value is written, for everything that must know it without its Swift type: help, the file,
/// the environment, the JSON Schema and the reference.
public enum ValueForm: Sendable {
    /// Any text but the empty one.
    case text(placeholder: String)
    /// A file or folder. In the configuration file a relative one starts from that file's folder.
    case path(placeholder: String)
    /// A name of Kafka's: a topic, a group.
    case name
    /// What precedes Kafka's names; it may be empty.
    case prefix
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// A number of bytes with its unit.
    case byteCount(ClosedRange<Int>)
    /// A length of time with its unit.
    case duration(ClosedRange<Duration>)
    /// `true` or `false`; the bare flag means `true`.
    case toggle
    /// One of these words.
    case choice([String])
    /// `host:port`.
    case address(mayBeEmpty: Bool)
    /// Several texts separated by commas; a sequence in the file.
    case list(placeholder: String)
    /// Pairs `name=value`; a mapping in the file. Where values are paths, a relative one in the configuration
    /// file starts from that file's folder.
    case pairs(placeholder: String, arePaths: Bool)

    /// What replaces the value in help, such as `DURATION`.
    var placeholder: String {
        switch self {
        case .text(let placeholder), .path(let placeholder), .pairs(let placeholder, _): placeholder
        case .name: "NAME"
        case .prefix: "PREFIX"
        case .integer: "N"
        case .byteCount: "SIZE"
        case .duration: "DURATION"
        case .toggle: "true|false"
        case .choice(let words): words.joined(separator: "|")
        case .address: "HOST:PORT"
        case .list(let placeholder): "\(placeholder),…"
        }
    }

    /// The least and the greatest value as one would write them; nil where values have no order.
    public var bounds: (lowest: String, highest: String)? {
        switch self {
        case .integer(let range): ("\(range.lowerBound)", "\(range.upperBound)")
        case .byteCount(let range):
            (Units.spelled(byteCount: range.lowerBound), Units.spelled(byteCount: range.upperBound))
        case .duration(let range): (Units.spelled(range.lowerBound), Units.spelled(range.upperBound))
        case .text, .path, .name, .prefix, .toggle, .choice, .address, .list, .pairs: nil
        }
    }

    /// Whether the flag may be given without a value, which then is `true`.
    var isSwitch: Bool { if case .toggle = self { true } else { false } }

    var isPath: Bool { if case .path = self { true } else { false } }

    /// For a value of several elements: what separates them in the text that is parsed. The flag may then be
    /// given several times, and the file may have a sequence or a mapping.
    var separator: Character? {
        switch self {
        case .list: ","
        // A value may contain anything but this.
        case .pairs: "\0"
        case .text, .path, .name, .prefix, .integer, .byteCount, .duration, .toggle, .choice, .address: nil
        }
    }

    /// What separates the elements in the environment, where it is another.
    var environmentSeparator: Character? { if case .pairs = self { ";" } else { nil } }
}
