// SPDX-License-Identifier: Apache-2.0

/// Every single re-arrangement of a signed body: one thing changed that the signed text does not show.
struct Rearrangements {
    let text: [UInt8]
    let honest: [BodyPlan.Line]

    /// Members that give no line, each with a separate story.
    static let ornaments = [
        #""frame_mode":{"operation":{"id":666,"status":"success"},"payment":{"status":"success"}}"#,
        #""signature":{"payment":{"id":"666","status":"success"},"operation":{"id":666}}"#,
        #""general":{"signature":"x","frame_mode":{"project_id":666}}"#,
        #""x":{"signature":["operation:id:666"]}"#, #""operations":[]"#, #""redirect_data":{"body":{}}"#,
        #""errors":[[],{}]"#, #""operation":{}"#, #""payment":{"sum":[]}"#, #""zz":[{"signature":"y"}]"#,
    ]

    func forEach(_ visit: (BodyPlan) throws -> Void) rethrows {
        let plain = BodyPlan(lines: honest)
        try visit(plain)
        try forEachMerger(visit)
        try forEachCut(visit)
        try forEachSplit(visit)
        try forEachSpelling(visit)
        try forEachWrapping(visit)
    }

    /// Lines taken into the value of the one before, any number at any place; the path's end anywhere.
    private func forEachMerger(_ visit: (BodyPlan) throws -> Void) rethrows {
        for first in honest.indices {
            for last in honest.indices where last > first {
                var merged = honest[first]
                merged.end = honest[last].end
                let others = Array(honest[..<first]), rest = Array(honest[(last + 1)...])
                try visit(BodyPlan(lines: others + [merged] + rest))
                // Far away ends are tried for short mergers only; the text between is the same.
                guard last - first <= 2 else { continue }
                for colon in colons(from: merged.start, to: merged.end) {
                    var line = merged
                    line.colon = colon
                    try visit(BodyPlan(lines: others + [line] + rest))
                }
            }
        }
    }

    /// A path that ends at another `:` of its line, and every way to make its keys.
    private func forEachCut(_ visit: (BodyPlan) throws -> Void) rethrows {
        for index in honest.indices {
            for colon in colons(from: honest[index].start, to: honest[index].end) {
                var plan = BodyPlan(lines: honest)
                plan.lines[index].colon = colon
                for joined in [0, 1, 2, 3, UInt64.max] {
                    plan.lines[index].joined = joined
                    try visit(plan)
                }
            }
        }
        var all = BodyPlan(lines: honest)
        for index in all.lines.indices { all.lines[index].joined = .max }
        try visit(all)
    }

    /// A line that begins behind a `;` inside another.
    private func forEachSplit(_ visit: (BodyPlan) throws -> Void) rethrows {
        for index in honest.indices {
            let line = honest[index]
            for semicolon in line.start..<line.end where text[semicolon] == UInt8(ascii: ";") {
                var head = line
                head.end = semicolon
                if head.colon >= semicolon { continue }
                for colon in colons(from: semicolon + 1, to: line.end) {
                    let tail = BodyPlan.Line(start: semicolon + 1, colon: colon, end: line.end)
                    try visit(
                        BodyPlan(lines: honest[..<index] + [head, tail] + honest[(index + 1)...]))
                }
            }
        }
    }

    private func forEachSpelling(_ visit: (BodyPlan) throws -> Void) rethrows {
        for spelling in BodyPlan.Spelling.allCases {
            var all = BodyPlan(lines: honest)
            for index in honest.indices {
                var one = BodyPlan(lines: honest)
                one.lines[index].spelling = spelling
                try visit(one)
                all.lines[index].spelling = spelling
            }
            try visit(all)
            all.usesArrays = true
            try visit(all)
        }
        for ornament in Self.ornaments {
            var plan = BodyPlan(lines: honest)
            plan.ornaments = [ornament]
            try visit(plan)
            for index in plan.lines.indices { plan.lines[index].wrapper = 1 }
            try visit(plan)
            plan.ornaments = ["\"w\":1", ornament]
            try visit(plan)
        }
    }

    /// Lines below keys that vanish: one, all from one on, all; and beside them what they replace.
    private func forEachWrapping(_ visit: (BodyPlan) throws -> Void) rethrows {
        let decoys = [
            #""payment":{"id":"666","status":"decline","sum":{"amount":1,"currency":"XTS"}}"#,
            #""operation":{"id":666,"status":"decline","date":"2030-01-01T00:00:00+0000"}"#,
            #""project_id":666"#,
        ]
        for wrapper in BodyPlan(lines: []).wrappers.indices.dropFirst() {
            for first in honest.indices {
                var one = BodyPlan(lines: honest)
                one.lines[first].wrapper = wrapper
                try visit(one)
                var many = one
                for index in first..<honest.count { many.lines[index].wrapper = wrapper }
                try visit(many)
                for decoy in decoys {
                    many.ornaments = [decoy]
                    try visit(many)
                }
            }
        }
    }

    private func colons(from start: Int, to end: Int) -> [Int] {
        (start..<end).filter { text[$0] == UInt8(ascii: ":") }
    }
}
