// SPDX-License-Identifier: Apache-2.0

/// A parameter that no field of a request names, passed through as it is.
public struct Parameter: Sendable, Equatable {
    public var path: ParameterPath
    public var value: JSONValue

    public init(_ path: ParameterPath, _ value: JSONValue) {
        self.path = path
        self.value = value
    }
}
