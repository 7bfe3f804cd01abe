// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Glibc

/// `tidings verify` and `tidings verify --batch`.
enum VerifyCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let limits = settings.jsonLimits
        let bodyLimit = settings[CallbackSettings.bodyLimit]
        let topics = settings[SignatureOptions.event] ? settings.topicNames : nil
        if settings[SignatureOptions.batch] {
            if settings[SignatureOptions.optionalSecretFile] != nil {
                throw ConfigurationError(
                    "--secret-file does not go with --batch: each line has its own secret")
            }
            var batch = BatchExamination(limits: limits, bodyLimit: bodyLimit, eventsFor: topics)
            let malformed = try batch.run(from: try Input.descriptor(call.operands), to: STDOUT_FILENO)
            return malformed == 0 ? .done : .wrong
        }
        guard let file = settings[SignatureOptions.optionalSecretFile] else {
            throw ConfigurationError("--secret-file is required: the file of the secret (or use --batch)")
        }
        let secret = try SecretFile.read(file)
        let body = try Input.bytes(call.operands, atMost: 1 << 28)
        var examiner = Examiner(limits: limits, bodyLimit: bodyLimit, eventsFor: topics)
        var output: [UInt8] = []
        let finding = examiner.examine(body.span.bytes, secret: secret.bytes, into: &output)
        StandardOutput.write(output + [UInt8(ascii: "\n")])
        return finding.isValid ? (finding.isClear ? .done : .ambiguous) : .wrong
    }
}
