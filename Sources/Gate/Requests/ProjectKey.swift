// SPDX-License-Identifier: Apache-2.0

/// The key that signs a project's requests. However it is printed, its secret is not.
public struct ProjectKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public let projectID: Int64
    let secret: [UInt8]

    /// - Parameter secret: the bytes as agreed with the platform, UTF-8, not empty.
    public init(projectID: Int64, secret: [UInt8]) {
        precondition(!secret.isEmpty, "an empty secret lets everybody sign")
        self.projectID = projectID
        self.secret = secret
    }

    public var description: String { "key of project \(projectID)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["projectID": projectID]) }
}
