// SPDX-License-Identifier: Apache-2.0
import Configuration
import Payments

/// `tidings sign`: the body with its signature put in, every other byte as it was.
enum SignCommand {
    static func run(_ call: Call) throws -> ExitCode {
        let secret = try SecretFile.read(call.settings[SignatureOptions.secretFile])
        let body = try Input.bytes(call.operands, atMost: 1 << 28)
        var signer = Signer(secret: secret.bytes)
        do throws(Signer.Failure) {
            StandardOutput.write(try signer.sign(body.span.bytes))
            return .done
        } catch {
            let reason =
                switch error {
                case .unreadable(let error): "\(error)"
                case .hidden: "a signature at the root would hide the one in general"
                }
            StandardError.write("tidings: the body cannot be signed: \(reason)\n")
            return .wrong
        }
    }
}
