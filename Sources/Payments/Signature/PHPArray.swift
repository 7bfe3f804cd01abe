/// The lines as PHP's ordered array holds them while it flattens: a path that is a canonical integer is an integer
/// key, and integer keys are numbered anew by every `array_merge`.
struct PHPArray {
    enum Key: Hashable {
        case integer(Int64)
        case path([UInt8])
    }

    struct Entry {
        var key: Key
        var line: SignedLines.Line
    }

    private(set) var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    /// The integer keys of the entries before `numbered` are 0, 1, 2 … in their order.
    private var numbered = 0
    private var integers: Int64 = 0

    /// `$array[$path] = $line`: an equal key keeps its place and takes the new line.
    mutating func set(_ path: Span<UInt8>, _ line: SignedLines.Line) {
        if let integer = PHPInteger.value(of: path) {
            set(.integer(integer), line)
        } else {
            set(.path([UInt8](copying: path)), line)
        }
    }

    private mutating func set(_ key: Key, _ line: SignedLines.Line) {
        if let place = places[key] {
            entries[place].line = line
        } else {
            places[key] = entries.count
            entries.append(Entry(key: key, line: line))
        }
    }

    /// `$array = array_merge($array, $other)`.
    mutating func merge(_ other: PHPArray) {
        renumber()
        for entry in other.entries {
            switch entry.key {
            case .integer:
                set(.integer(integers), entry.line)
                integers += 1
            case .path:
                set(entry.key, entry.line)
            }
        }
        numbered = entries.count
    }

    /// What a merge does to this array's own keys. Only those added since the last one can change, so that the
    /// merges of a body cost no more than its lines.
    mutating func renumber() {
        let added = numbered..<entries.count
        for place in added { if case .integer = entries[place].key { places[entries[place].key] = nil } }
        for place in added {
            guard case .integer = entries[place].key else { continue }
            entries[place].key = .integer(integers)
            places[.integer(integers)] = place
            integers += 1
        }
        numbered = entries.count
    }
}

extension [UInt8] {
    fileprivate init(copying span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { Array($0) }
    }
}
