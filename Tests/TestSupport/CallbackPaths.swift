// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The paths of a callback that mean something, from the source of `Payments`: its types are internal.
public enum CallbackPaths {
    /// - Parameter file: `Field`, with its containers, or `Schema`, with its signatures.
    public static func reading(_ file: String) throws -> [String] {
        let source = try String(
            contentsOf: Repository.file("Sources/Payments/Callback/\(file).swift"), encoding: .utf8)
        return source.matches(of: /case \.\w+: \(?"([a-zA-Z0-9_:]+)"/).map { String($0.output.1) }
    }
}
