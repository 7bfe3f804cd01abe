// SPDX-License-Identifier: Apache-2.0

/// The key that signs the status requests and the reconciled callbacks of a project. However it is printed,
/// its secret is not.
public struct ReconcileKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public let projectID: Int64
    /// The key's id in the keys file, for the receipt.
    public let id: String
    let secret: [UInt8]

    /// - Parameter secret: the bytes as agreed with the platform, UTF-8, not empty.
    public init(projectID: Int64, id: String, secret: [UInt8]) {
        precondition(!secret.isEmpty, "an empty secret lets everybody sign")
        self.projectID = projectID
        self.id = id
        self.secret = secret
    }

    public var description: String { "key \(id) of project \(projectID)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["projectID": projectID, "id": id]) }
}
