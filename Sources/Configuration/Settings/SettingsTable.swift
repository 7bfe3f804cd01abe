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

extension [SettingRow] {
    /// By the sections of the file, in the order of their first rows. A key at the top of the file counts as
    /// a section with its name.
    var bySection: [(title: String, rows: [SettingRow])] {
        var sections: [(title: String, rows: [SettingRow])] = []
        for row in self {
            let title = row.section ?? row.name
            if let index = sections.firstIndex(where: { $0.title == title }) {
                sections[index].rows.append(row)
            } else {
                sections.append((title, [row]))
            }
        }
        return sections
    }
}
