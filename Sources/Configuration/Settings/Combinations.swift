// SPDX-License-Identifier: Apache-2.0

/// What is impossible although each setting alone is a value of its kind. Each rule looks only at settings
/// that the running command reads; `config check` reads them all.
enum Combinations {
    static func problems(in settings: Settings) -> [ConfigurationError.Problem] {
        [
            notAbove(
                IngressSettings.headerFieldLimit, IngressSettings.headerLimit,
                because: "one header field is part of all", settings),
            notAbove(
                IngressSettings.addressConnectionLimit, IngressSettings.connectionLimit,
                because: "one address's connections are part of all", settings),
            notAbove(
                DeduplicationSettings.window, DeduplicationSettings.summaryRetention,
                because: "a payment's summary outlives the detail of its operations", settings),
            notAbove(
                ReconcileSettings.after, ReconcileSettings.until,
                because: "a payment is asked about before it is given up", settings),
            lingering(settings), window(settings), certificate(settings),
        ].compactMap(\.self)
    }

    /// One setting must not exceed another.
    private static func notAbove<Value: Comparable & Sendable>(
        _ part: Setting<Value>, _ whole: Setting<Value>, because reason: String, _ settings: Settings
    ) -> ConfigurationError.Problem? {
        guard let least = settings.value(part), let most = settings.value(whole), least > most else {
            return nil
        }
        // A default that no longer fits is the fault of the value that was given beside it.
        let setting = settings.isGiven(part) ? part : whole
        return settings.problem(
            at: setting,
            "contradicts: \(part.row.name) (\(settings.text(part))) must be at most \(whole.row.name) "
                + "(\(settings.text(whole))), because \(reason)")
    }

    /// A record that lingers longer than its request waits is never written; librdkafka refuses to start with
    /// that.
    private static func lingering(_ settings: Settings) -> ConfigurationError.Problem? {
        guard let linger = settings.value(IngressSettings.linger),
            let deadline = settings.value(IngressSettings.deadline)
        else { return nil }
        guard linger * 2 > deadline else { return nil }
        let setting =
            settings.isGiven(IngressSettings.linger) ? IngressSettings.linger : IngressSettings.deadline
        return settings.problem(
            at: setting,
            "contradicts: ingress.linger (\(Units.spelled(linger))) must be at most half of "
                + "ingress.deadline (\(Units.spelled(deadline)))")
    }

    /// An operation would be forgotten while a redelivery of it is still recent enough to be processed as
    /// new.
    private static func window(_ settings: Settings) -> ConfigurationError.Problem? {
        typealias Name = DeduplicationSettings
        guard let window = settings.value(Name.window), let age = settings.value(Name.maxAge),
            let future = settings.value(Name.futureTolerance), let moved = settings.value(Name.dateTolerance)
        else { return nil }
        let least = age + future + moved * 2
        guard window < least else { return nil }
        let given = [Name.window, Name.maxAge, Name.futureTolerance, Name.dateTolerance]
        let setting = given.first { settings.isGiven($0) } ?? Name.window
        return settings.problem(
            at: setting,
            "contradicts: deduplication.window (\(Units.spelled(window))) must be at least "
                + "deduplication.max_age + deduplication.future_tolerance + 2 × deduplication.date_tolerance "
                + "(\(Units.spelled(least))), or a late redelivery would be published again")
    }

    private static func certificate(_ settings: Settings) -> ConfigurationError.Problem? {
        guard let certificate = settings.value(IngressSettings.certificateFile),
            let key = settings.value(IngressSettings.privateKeyFile)
        else { return nil }
        switch (certificate, key) {
        case (nil, nil), (_?, _?): return nil
        case (_?, nil):
            return settings.problem(at: IngressSettings.certificateFile, "needs ingress.tls_key_file too")
        case (nil, _?):
            return settings.problem(
                at: IngressSettings.privateKeyFile, "needs ingress.tls_certificate_file too")
        }
    }

    /// Two services on one host cannot listen on one port. So a file may name the management address only if
    /// it is one service's own: if it has settings of that service and none of the other.
    static func sharedManagementAddress(
        _ file: SettingsFile.Contents, readBy rows: [SettingRow]
    ) -> ConfigurationError.Problem? {
        let row = CommonSettings.managementAddress.row
        guard let given = file.given[row.name], !given.text.isEmpty else { return nil }
        let services = ["ingress", "worker"]
        let named = services.filter(file.sections.contains)
        let reading = services.filter { service in rows.contains { $0.section == service } }
        if named.count == 1, reading.contains(named[0]) { return nil }
        return Settings.problem(
            row, given.origin,
            "is in a file that ingress and worker can share, and two services on one host cannot "
                + "listen on one port: leave it out (an ingress then has port \(CommonSettings.ingressPort), a worker "
                + "\(CommonSettings.workerPort) plus its slot), give each service --management-address or "
                + "TIDINGS_MANAGEMENT_ADDRESS, or give each a file with separate settings section only")
    }
}
