// SPDX-License-Identifier: Apache-2.0

/// A request to Gate: a path, and the parameters of its JSON body without the signature.
public protocol GateRequest: Sendable {
    /// Below the address of Gate, with its leading slash.
    func path() throws(InvalidRequest) -> String

    /// The checked parameters of the body.
    ///
    /// - Parameter project: the project whose key signs.
    func parameters(project: Int64, semicolons: SemicolonPolicy) throws(InvalidRequest) -> JSONValue
}

/// Names in the path of a request.
enum PathName {
    static func check(_ name: String, _ what: String) throws(InvalidRequest) -> String {
        guard ParameterPath.isKey(name) else {
            throw InvalidRequest([.init(what, "is not a name of letters, digits, '-' and '_'")])
        }
        return name
    }
}
