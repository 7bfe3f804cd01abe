// SPDX-License-Identifier: Apache-2.0
import CJemalloc

/// jemalloc in place of glibc's malloc, for librdkafka: a record is allocated by one thread and freed by
/// another, which costs glibc's arenas twice the memory after a backlog and more CPU
/// (deploy/docs/benchmarks.md).
enum Allocator {
    /// The version as far as its commit, such as `5.3.0-0-g54eaed1d8b56b1aa528be3bdd1877e59c56fa90c`.
    static var version: String {
        var text: UnsafePointer<CChar>?
        var size = MemoryLayout.size(ofValue: text)
        guard mallctl("version", &text, &size, nil, 0) == 0, let text else { return "unknown" }
        return String(cString: text)
    }
}
