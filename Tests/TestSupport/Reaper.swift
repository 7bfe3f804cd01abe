// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
internal import Synchronization

/// Sees to it that no child of a test outlives the test process, even when that is killed.
///
/// A shell reads the names of children and folders from a pipe. When the test process ends, however it ends,
/// the pipe closes, and the shell kills and removes what is left.
final class Reaper: Sendable {
    static let shared = Reaper()

    private static let script = """
        trap '' INT TERM HUP QUIT
        children= folders=
        while read -r verb name; do
            case $verb in
            child) children="$children $name" ;;
            gone)
                left=
                for child in $children; do [ "$child" = "$name" ] || left="$left $child"; done
                children=$left ;;
            folder) folders="$folders $name" ;;
            esac
        done
        [ -z "$children" ] || kill -9 $children
        [ -z "$folders" ] || rm -rf $folders
        """

    private let pipe: Mutex<Int32>

    private init() {
        var ends: [Int32] = [0, 0]
        precondition(Glibc.pipe(&ends) == 0, "The system gives this process a pipe.")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = Mutex(ends[1])
        _ = try? spawn("/bin/sh", ["-c", Self.script], standardInput: ends[0])
        close(ends[0])
    }

    func watch(_ child: pid_t) { send("child \(child)") }
    func forget(_ child: pid_t) { send("gone \(child)") }
    func removeAtEnd(_ folder: URL) { send("folder \(folder.path)") }

    private func send(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        pipe.withLock { descriptor in
            _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        }
    }
}

/// Starts a program. Its three standard streams are the descriptors given, or nothing.
func spawn(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil, standardInput: Int32? = nil,
    standardOutput: Int32? = nil, standardError: Int32? = nil
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in [(0, standardInput), (1, standardOutput), (2, standardError)] as [(Int32, Int32?)]
    {
        if let source {
            posix_spawn_file_actions_adddup2(&actions, source, target)
        } else {
            posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
        }
    }
    // In a separate group, so that an interrupt from the terminal reaches the tests alone.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)

    let environment = environment ?? ProcessInfo.processInfo.environment
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child = pid_t()
    let code = posix_spawn(&child, path, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw CannotStart(path: path, reason: String(cString: strerror(code))) }
    return child
}

struct CannotStart: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path) does not start: \(reason)" }
}
