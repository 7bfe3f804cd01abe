// SPDX-License-Identifier: Apache-2.0

/// Takes the flags and operands of one command from its arguments.
struct FlagReader {
    private let command: Command
    private let rows: [SettingRow]
    private(set) var given: [String: SettingsReader.Given] = [:]
    private(set) var operands: [String] = []

    init(command: Command) {
        self.command = command
        rows = command.description.settings
    }

    mutating func read(_ arguments: [String]) throws(ConfigurationError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                break
            }
            // A lone "-" is an operand: standard input.
            guard argument.hasPrefix("-"), argument != "-" else {
                operands.append(argument)
                continue
            }
            try take(argument, &rest)
        }
        let limit =
            switch command.description.operands {
            case .none: 0
            case .optionalFile, .choice, .word: 1
            case .payment: 2
            case .items(let isSeveral): isSeveral ? Int.max : 1
            }
        if operands.count > limit {
            throw error("\(operands[limit].quoted) is one argument too many")
        }
        switch command.description.operands {
        case .payment where operands.isEmpty:
            throw error("the payment is missing: its project and its id")
        case .items where operands.isEmpty:
            throw error("the item is missing: PARTITION:OFFSET of its callback, as list prints it")
        case .choice(let words, let isRequired):
            guard let word = operands.first else {
                if isRequired { throw error("one more word is missing: \(words.joined(separator: ", "))") }
                return
            }
            guard words.contains(word) else {
                let hint = NearestName.hint(for: word, among: words)
                throw error("\(word.quoted) is not one of \(words.joined(separator: ", "))\(hint)")
            }
        case .none, .optionalFile, .payment, .items, .word: return
        }
    }

    private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>)
        throws(ConfigurationError)
    {
        let equals = argument.firstIndex(of: "=")
        let flag = equals.map { String(argument[..<$0]) } ?? argument
        guard let row = rows.first(where: { $0.flag == flag }) else { throw unknown(flag) }
        let text: String
        if let equals {
            text = String(argument[argument.index(after: equals)...])
        } else if row.form.isSwitch {
            text = "true"
        } else if let next = rest.popFirst() {
            text = next
        } else {
            throw error("\(flag) needs a value: \(row.form.placeholder)")
        }
        try add(text, to: row)
    }

    private mutating func add(_ text: String, to row: SettingRow) throws(ConfigurationError) {
        var text = text
        if let earlier = given[row.name] {
            guard let separator = row.form.separator else { throw error("\(row.flag) is given twice") }
            text = "\(earlier.text)\(separator)\(text)"
        }
        given[row.name] = .init(text: text, origin: .flag(row.flag))
    }

    private func unknown(_ flag: String) -> ConfigurationError {
        let elsewhere = Command.allCases.filter { $0.description.settings.contains { $0.flag == flag } }
        if !elsewhere.isEmpty {
            let commands = elsewhere.map { "tidings \($0.rawValue)" }.joined(separator: ", ")
            return error("\(flag) is not a flag of tidings \(command.rawValue), but of \(commands)")
        }
        let hint = NearestName.hint(for: flag, among: rows.map(\.flag) + ["--help"])
        return error("\(flag.quoted) is not a flag of tidings \(command.rawValue)\(hint)")
    }

    private func error(_ message: String) -> ConfigurationError {
        ConfigurationError("\(message); tidings \(command.rawValue) --help lists the flags")
    }
}
