// SPDX-License-Identifier: Apache-2.0

/// A client, topic or queue of librdkafka as several threads may hold it.
///
/// Unchecked: the compiler cannot know that a C pointer may be shared. These may: "librdkafka is completely
/// thread-safe" (INTRODUCTION.md, "Threads and callbacks"). When they are destroyed is `Client`'s to decide;
/// what is bound to one thread is confined by the types that hold a `Client`.
struct SharedHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}
