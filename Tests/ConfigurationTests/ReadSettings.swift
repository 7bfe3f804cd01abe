// SPDX-License-Identifier: Apache-2.0
import Configuration

/// The settings of one command line.
func readSettings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Settings {
    guard case .run(_, let settings, _) = try Invocation.read(arguments, environment: environment) else {
        throw ConfigurationError("help was given")
    }
    return settings
}
