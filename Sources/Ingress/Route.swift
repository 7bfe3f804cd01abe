// SPDX-License-Identifier: Apache-2.0

/// What a path means.
enum Route: Equatable {
    /// `/callbacks` or `/callbacks/`: the project is in the body.
    case callbacks
    /// `/callbacks/{project}`, with a slash behind it or without: the project is in the path.
    case projectCallbacks(Int64)
    case unknown

    init(_ path: RawSpan) {
        self = path.withUnsafeBytes(Self.init(bytes:))
    }

    private init(bytes path: UnsafeRawBufferPointer) {
        // A form field for a URL often adds a slash at the end. No other path is meant by it.
        let isSlashed = path.last == UInt8(ascii: "/")
        let path = UnsafeRawBufferPointer(rebasing: isSlashed ? path.dropLast() : path[...])
        let prefix: StaticString = "/callbacks"
        let count = prefix.utf8CodeUnitCount
        guard path.count >= count,
            path[..<count].elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: count))
        else {
            self = .unknown
            return
        }
        if path.count == count {
            self = .callbacks
        } else if path[count] == UInt8(ascii: "/"), let project = Self.number(path[(count + 1)...]) {
            self = .projectCallbacks(project)
        } else {
            self = .unknown
        }
    }

    /// A project id: digits without a leading zero, above zero, in Int64.
    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int64? {
        guard (1...19).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        var number: Int64 = 0
        for byte in digits {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            let (tenfold, isOver) = number.multipliedReportingOverflow(by: 10)
            let (sum, isFurtherOver) = tenfold.addingReportingOverflow(Int64(byte - 0x30))
            guard !isOver, !isFurtherOver else { return nil }
            number = sum
        }
        return number
    }

    /// As a number that travels with the request: the project, or 0 where the body names it.
    var mark: Int64 {
        if case .projectCallbacks(let project) = self { project } else { 0 }
    }
}
