// SPDX-License-Identifier: Apache-2.0
import Configuration
import Glibc
import Kafka
import Payments
import Telemetry
import Worker

/// `tidings demo`: the whole of it in one process, with callbacks as the platform sends them.
enum DemoCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let stop = Stop()
        stop.listen()
        // A person looks at this; librdkafka's remarks on its own cluster in memory would only be in the way.
        let isAskedFor = call.settings.origin(of: CommonSettings.logLevel) != .fallback
        let log = isAskedFor ? call.settings.log : Log(level: .error)
        StandardOutput.write(
            "starting a Kafka cluster in memory, an ingress, a worker and a simulated platform\n")
        let deliveries = DemoLog()
        let house = try DemoEnvironment(log: log, report: { deliveries.add($0) }) { end in
            StandardError.write("tidings: \(end.reason)\n")
            stop.request(.wrong)
        }
        guard try wait(stop, for: "ingress and worker", until: { house.notReadyReasons.isEmpty }) else {
            for notReadyReason in house.notReadyReasons {
                StandardError.write("tidings: \(notReadyReason)\n")
            }
            house.stop()
            return .wrong
        }
        let exitCode: ExitCode
        if call.settings[DemoOptions.serve] {
            exitCode = try serve(house, until: stop)
        } else {
            var run = DemoRun(log: deliveries)
            exitCode = try run.run(in: house, until: stop)
        }
        house.stop()
        return exitCode
    }

    /// Polls a condition for half a minute; false if it did not come, or if the stop came first.
    static func wait(_ stop: Stop, for what: String, until condition: () throws -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !condition() {
            guard ContinuousClock.now < deadline, !stop.isRequested else {
                StandardError.write("tidings: \(what): not within 30 s\n")
                return false
            }
            usleep(20_000)
        }
        return true
    }

    private static func serve(_ house: borrowing DemoEnvironment, until stop: Stop) throws -> ExitCode {
        let callback = DemoCallback(date: Timestamp.now.seconds)
        var signer = Signer(secret: DemoEnvironment.secret)
        let body = String(decoding: try signer.sign(Array(callback.body.utf8).span.bytes), as: UTF8.self)
        let line = body.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
        StandardOutput.write(
            """

            bootstrap.servers  \(house.bootstrapServers)
            events             \(DemoEnvironment.topics[.status])
            callbacks          POST \(house.url)
            secret             \(String(decoding: DemoEnvironment.secret, as: UTF8.self))
            gate.url           \(house.platformURL)

            A validly signed callback; the second time it is a repeat:

            curl -i '\(house.url)' -H 'Content-Type: application/json' -d '\(line)'

            Ctrl-C ends it.

            """)
        return stop.wait()
    }
}
