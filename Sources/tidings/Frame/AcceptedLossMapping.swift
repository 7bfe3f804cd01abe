import Configuration
import Payments

extension AcceptedLosses {
    /// What the flags accept.
    init(_ settings: Settings) throws(ConfigurationError) {
        self.init()
        changelog = try Self.offsets(AcceptedLossOptions.changelog, settings)
        callbacks = try Self.offsets(AcceptedLossOptions.callbacks, settings)
        startAt =
            switch settings[AcceptedLossOptions.startAt] {
            case nil: nil
            case .progress: .progress
            case .committed: .committed
            }
    }

    private static func offsets(
        _ setting: Setting<[String]>, _ settings: Settings
    ) throws(ConfigurationError) -> [Int32: Int64] {
        var offsets: [Int32: Int64] = [:]
        for text in settings[setting] {
            guard let pair = Self.pair(text) else {
                throw settings.refusal(of: setting, "is not PARTITION:OFFSET, or several separated by commas")
            }
            guard offsets.updateValue(pair.offset, forKey: pair.partition) == nil else {
                throw settings.refusal(of: setting, "names partition \(pair.partition) twice")
            }
        }
        return offsets
    }
}
