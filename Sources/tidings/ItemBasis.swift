// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Glibc
import Kafka
import Payments
import Recovery

/// What `review` and `dead-letter` work with.
struct ItemBasis {
    let settings: ItemSettings
    let limits: JSONLimits
    /// Nil where no keys file is given, or the command needs none.
    private let keys: KeyRing?

    /// - Parameters:
    ///   - client: the command, which completes `client.id`.
    ///   - isDeciding: the command derives decisions, and so reads the workers' settings and keys.
    init(_ call: Call, client: String, isDeciding: Bool) throws {
        let given = call.settings
        limits = given.jsonLimits
        let path = isDeciding ? given[CallbackSettings.optionalKeysFile] : nil
        keys = try path.map { try KeyRing(KeysFile.read($0, environment: call.environment).projects) }
        let processor =
            isDeciding ? try given.processorSettings() : ProcessorSettings(topics: given.topicNames)
        let keys = keys
        settings = ItemSettings(
            log: TopicReader.Settings(
                kafka: try given.kafkaConfiguration(client: client, properties: TopicReader.properties),
                topics: given.topicNames, group: given[Configuration.WorkerSettings.group]),
            producing: try given.kafkaConfiguration(client: client), processor: processor,
            makeProcessor: { RecordProcessor(settings: $0, keys: keys) })
    }

    /// The items that the flags ask for.
    static func filter(_ call: Call) throws(ConfigurationError) -> ItemFilter {
        let settings = call.settings
        var filter = ItemFilter()
        filter.reasons = Set(settings[ItemOptions.reasons])
        filter.key = settings[ItemOptions.key].map { Array($0.utf8) }
        filter.positions = Set(try positions(settings[ItemOptions.positions]))
        let now = Timestamp.now
        filter.since = try time(ItemOptions.since, settings, now)
        filter.until = try time(ItemOptions.until, settings, now)
        return filter
    }

    /// Items as they are named on the command line.
    static func positions(_ words: [String]) throws(ConfigurationError) -> [RecordPosition] {
        try words.map { word throws(ConfigurationError) in
            guard let position = RecordPosition(word) else {
                throw ConfigurationError(
                    "an item is named by the partition and offset of its callback, such as 3:1042, not \(word)"
                )
            }
            return position
        }
    }

    private static func time(
        _ setting: Setting<String?>, _ settings: Settings, _ now: Timestamp
    ) throws(ConfigurationError) -> Timestamp? {
        guard let text = settings[setting] else { return nil }
        guard case .time(let time) = TopicBound(text, now: now) else {
            throw settings.refusal(
                of: setting, "is not a time like 2026-03-01T00:00:00Z, -90m, -2h or -7d")
        }
        return time
    }

    /// Who does it.
    static func person(_ call: Call) throws(ConfigurationError) -> String {
        if let name = call.settings[ItemOptions.by] { return name }
        return try user()
    }

    /// Who runs the command.
    static func user() throws(ConfigurationError) -> String {
        if let entry = getpwuid(geteuid()) { return String(cString: entry.pointee.pw_name) }
        throw ConfigurationError("the system has no name for the user who runs this: give --by NAME")
    }
}
