/// Every setting there is: what the file may hold and the environment may tell.
public enum SettingsTable {
    /// In the order in which help and `config print` show them.
    public static let rows: [SettingRow] =
        CommonSettings.rows + KafkaSettings.rows + [TopicSettings.retention.row] + CallbackSettings.keys
        + CallbackSettings.limits + CallbackSettings.event + IngressSettings.rows + WorkerSettings.rows
        + MemoryLimitSettings.rows
}

extension SettingsTable {
    /// The same, none of them required: for the commands that look at a configuration without running it.
    static var optionalRows: [SettingRow] { rows.map(\.madeOptional) }
}
