// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The phase of one connection's request: a single atomic word, so that one compare-and-swap decides who
/// answers it.
///
///     bit 63            32 31    24 23      8 7     0
///         | generation    | unused | answer  | phase |
///
/// The generation counts the requests of the place: anyone who holds the ticket of an earlier one finds
/// no one. `held → answered` is the only step that several threads try (the report, the deadline, the stop);
/// every other is taken by the loop thread alone.
struct Exchange: ~Copyable {
    enum Phase: UInt64, CaseIterable {
        /// No request line yet: a new connection, or a kept one between two requests.
        case idle
        /// The request line is there, the header fields are not.
        case opened
        /// The header fields are there; the body may be coming.
        case reading
        /// Waits for its answer.
        case held
        /// The answer is decided; the loop thread has yet to queue it.
        case answered
        /// The answer is queued, perhaps not yet taken by the client.
        case sending
    }

    /// The word as it was read: what a compare-and-swap is made against.
    struct Snapshot: BitwiseCopyable, Sendable {
        let word: UInt64

        init(word: UInt64) {
            self.word = word
        }

        init(generation: UInt32, answer: Answer = Answer(index: 0), phase: Phase) {
            word = UInt64(generation) << 32 | UInt64(answer.index) << 8 | phase.rawValue
        }

        var generation: UInt32 { UInt32(word >> 32) }
        var answer: Answer { Answer(index: UInt16(truncatingIfNeeded: word >> 8)) }
        var phase: Phase {
            guard let phase = Phase(rawValue: word & 0xFF) else {
                preconditionFailure("The word holds a phase.")
            }
            return phase
        }
    }

    private let word = Atomic<UInt64>(Snapshot(generation: 0, phase: .idle).word)

    var snapshot: Snapshot { Snapshot(word: word.load(ordering: .acquiring)) }

    /// Takes any step but that to `answered by another thread`. Loop thread only, and never while held.
    func advance(to phase: Phase) {
        let now = snapshot
        precondition(now.phase != .held, "A held request is moved on by anyone who answers it.")
        word.store(Snapshot(generation: now.generation, phase: phase).word, ordering: .sequentiallyConsistent)
    }

    /// `reading → held`. From here on the request belongs to anyone who answers first.
    func hold() -> UInt32 {
        let now = snapshot
        precondition(now.phase == .reading, "Only a request that was read can be held.")
        word.store(Snapshot(generation: now.generation, phase: .held).word, ordering: .sequentiallyConsistent)
        return now.generation
    }

    /// `held → answered`, if the request of this generation is still held. The one caller that gets true
    /// wakes the loop.
    func answer(_ generation: UInt32, with answer: Answer) -> Bool {
        let held = Snapshot(generation: generation, phase: .held)
        let answered = Snapshot(generation: generation, answer: answer, phase: .answered)
        return word.compareExchange(
            expected: held.word, desired: answered.word, ordering: .sequentiallyConsistent
        ).exchanged
    }

    /// Any phase but `held` `→ idle`, with the next generation: late reports now find no request.
    func end() {
        let now = snapshot
        precondition(now.phase != .held, "A held request is answered before it ends.")
        word.store(
            Snapshot(generation: now.generation &+ 1, phase: .idle).word, ordering: .sequentiallyConsistent)
    }
}

/// Names one held request of one server. Sixty-four bits, so that it travels as the opaque value of a
/// message.
public struct Ticket: BitwiseCopyable, Sendable, Hashable {
    /// `generation << 32 | loop << 24 | place`.
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    init(generation: UInt32, loop: Int, place: Int) {
        rawValue = UInt64(generation) << 32 | UInt64(loop) << 24 | UInt64(place)
    }

    var generation: UInt32 { UInt32(rawValue >> 32) }
    var loop: Int { Int(rawValue >> 24 & 0xFF) }
    var place: Int { Int(rawValue & 0xFF_FFFF) }
}
