// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Gate
import Glibc
import Kafka
import Platform
import Recovery

/// Reads the command line, runs one command, and says by the exit code how it went.
@main
struct Tidings {
    static func main() {
        CrashReport.keepMemoryOut()
        // A reader that went away is an error of write(2), never the end of the process.
        signal(SIGPIPE, SIG_IGN)
        blockLeaveSignal()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    /// SIGUSR1 makes a worker leave its group; a worker takes it with `sigwait`. It ends no other command: by
    /// default it would end the process. Blocked before the first thread starts, so that every thread has it
    /// blocked and none that comes early is lost.
    private static func blockLeaveSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private static func run(_ arguments: [String]) -> ExitCode {
        do {
            let environment = CommandLine.environment
            switch try Invocation.read(arguments, environment: environment) {
            case .help(let text):
                StandardOutput.write(text)
                return .done
            case .run(let command, let settings, let operands):
                return try run(
                    command, Call(settings: settings, operands: operands, environment: environment))
            }
        } catch let error as ConfigurationError {
            return fail(error.problems.map(\.description), .usage)
        } catch let error as InvalidRequest {
            return fail(error.problems.map(\.description), .usage)
        } catch let error as Scenario.Malformed {
            return fail([error.description], .usage)
        } catch let error as KafkaConfiguration.Refusal {
            return fail([error.description], .usage)
        } catch let error as KafkaError {
            return error.isUnreachable
                ? fail(["Kafka cannot be reached: \(error.message)"], .unreachable)
                : fail([error.description], .wrong)
        } catch let error as RecoveryError where error.isUnreachable {
            return fail(["Kafka cannot be reached: \(error)"], .unreachable)
        } catch let error as ReplayError where error.isUnreachable {
            return fail(["Kafka cannot be reached: \(error)"], .unreachable)
        } catch let error as TopicReadError where error.isUnreachable {
            return fail(["Kafka cannot be reached: \(error)"], .unreachable)
        } catch {
            return fail(["\(error)"], .wrong)
        }
    }

    private static func run(_ command: Command, _ call: Call) throws -> ExitCode {
        switch command {
        case .ingress: try IngressCommand.run(call)
        case .worker: try WorkerCommand.run(call)
        case .demo: try DemoCommand.run(call)
        case .topicsCreate: try TopicsCommand.create(call)
        case .topicsCheck: try TopicsCommand.check(call)
        case .topicsACLs: try TopicsCommand.accessList(call)
        case .sign: try SignCommand.run(call)
        case .verify: try VerifyCommand.run(call)
        case .prove: try ProveCommand.run(call)
        case .inspect: try InspectCommand.run(call)
        case .reviewList: try ReviewCommand.list(call)
        case .reviewShow: try ReviewCommand.show(call)
        case .reviewRelease: try ReviewCommand.release(call)
        case .reviewDismiss: try ReviewCommand.dismiss(call)
        case .deadLetterList: try DeadLetterCommand.list(call)
        case .deadLetterShow: try DeadLetterCommand.show(call)
        case .deadLetterRedrive: try DeadLetterCommand.redrive(call)
        case .replay: try ReplayCommand.run(call)
        case .offsetsShow: try OffsetsCommand.show(call)
        case .purchasePage: try PurchaseCommand.page(call)
        case .purchaseGate: try PurchaseCommand.gate(call)
        case .banks: try BanksCommand.run(call)
        case .status: try StatusCommand.run(call)
        case .reconcile: try ReconcileCommand.run(call)
        case .platformServe: try PlatformCommand.serve(call)
        case .platformListen: try PlatformCommand.listen(call)
        case .platformTrigger: try TriggerCommand.trigger(call)
        case .platformReplay: try TriggerCommand.replay(call)
        case .platformLoad: try LoadCommand.run(call)
        case .configCheck: try ConfigCommand.check(call)
        case .configPrint: try ConfigCommand.print(call)
        case .configSchema: ConfigCommand.schema(call)
        case .configReference: ConfigCommand.print(.reference)
        case .configMetrics: ConfigCommand.metrics(call)
        case .completion: ConfigCommand.print(GeneratedDocument(rawValue: call.operands[0]))
        case .manual: ConfigCommand.print(.manual)
        case .version: VersionCommand.run(call)
        }
    }

    private static func fail(_ lines: [String], _ code: ExitCode) -> ExitCode {
        for line in lines { StandardError.write("tidings: \(line)\n") }
        return code
    }
}

/// What a command is called with.
struct Call: Sendable {
    let settings: Settings
    /// What followed the flags.
    let operands: [String]
    /// Where `secret_env` looks.
    let environment: [String: String]
}

extension CommandLine {
    /// The process's environment, read once at start: nothing here changes it.
    fileprivate static var environment: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "="), equals > text.startIndex {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
