// SPDX-License-Identifier: Apache-2.0
import Configuration
import Payments

extension KeyRing {
    /// The keys as the keys file gives them.
    init(_ projects: [ProjectKeys]) throws(ConfigurationError) {
        do throws(KeyRingError) {
            let ring = try projects.map { project throws(KeyRingError) in
                let keys = try project.keys.map { key throws(KeyRingError) in
                    try SigningKey(id: key.id, secret: key.secret.bytes, mode: .init(key.mode))
                }
                return Project(id: project.projectID, keys: keys)
            }
            try self.init(ring)
        } catch {
            throw ConfigurationError("the keys cannot be used: \(error)")
        }
    }
}

extension SigningKey.Mode {
    fileprivate init(_ mode: ProjectKeys.Mode) {
        self =
            switch mode {
            case .active: .active
            case .retiring(let milliseconds): .retiring(until: Timestamp(milliseconds: milliseconds))
            case .shadow: .shadow
            }
    }
}
