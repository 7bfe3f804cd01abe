// SPDX-License-Identifier: Apache-2.0

/// Every setting there is: what the file and the environment may contain.
public enum SettingsTable {
    /// In the order in which help and `config print` show them.
    public static let rows: [SettingRow] =
        CommonSettings.logging + [CommonSettings.managementAddress.row] + KafkaSettings.rows
        + [TopicSettings.retention.row] + CallbackSettings.optionalKeys + CallbackSettings.limits
        + CallbackSettings.event + IngressSettings.rows + WorkerSettings.rows + DeduplicationSettings.rows
        + GateSettings.rows + ReconcileSettings.rows
        + PlatformSettings.rows
}

extension SettingsTable {
    /// The same, none of them required: for the commands that look at a configuration without running it.
    static var optionalRows: [SettingRow] { rows.map(\.madeOptional) }
}
