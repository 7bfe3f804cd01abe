// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Testing

@Suite struct UnverifiedLimitTests {
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test("a minute's worth may come together, then one for each part of a minute")
    func refill() throws {
        let limit = UnverifiedLimit(perMinute: 6)
        let one = try address("192.0.2.1")
        for _ in 0..<6 { #expect(limit.take(one, now: 1000)) }
        #expect(!limit.take(one, now: 1000))
        #expect(!limit.take(one, now: 10_999))
        #expect(limit.take(one, now: 11_000))
        #expect(!limit.take(one, now: 11_001))
        // However long the pause, never more than a minute's worth.
        let taken = (0..<20).count { _ in limit.take(one, now: 100_000_000) }
        #expect(taken == 6)
    }

    @Test("addresses do not share; those of one IPv6 network do")
    func separate() throws {
        let limit = UnverifiedLimit(perMinute: 1)
        #expect(limit.take(try address("192.0.2.1"), now: 0))
        #expect(limit.take(try address("192.0.2.2"), now: 0))
        #expect(!limit.take(try address("192.0.2.1"), now: 0))
        #expect(limit.take(try address("2001:db8::1"), now: 0))
        #expect(!limit.take(try address("2001:db8::2"), now: 0))
        #expect(limit.take(try address("2001:db8:0:1::1"), now: 0))
    }

    @Test("zero means no limit")
    func none() throws {
        let limit = UnverifiedLimit(perMinute: 0)
        let one = try address("192.0.2.1")
        for _ in 0..<10_000 { #expect(limit.take(one, now: 0)) }
    }

    @Test("a clock that steps back gives and takes nothing")
    func stepBack() throws {
        let limit = UnverifiedLimit(perMinute: 2)
        let one = try address("192.0.2.1")
        #expect(limit.take(one, now: 100_000))
        #expect(limit.take(one, now: 50_000))
        #expect(!limit.take(one, now: 0))
        #expect(!limit.take(one, now: 100_000))
        #expect(limit.take(one, now: 130_000))
    }

    @Test("a flood of addresses pushes out those that guessed least, not the one that guesses most")
    func flood() throws {
        let limit = UnverifiedLimit(perMinute: 10)
        let guesser = try address("192.0.2.1")
        while limit.take(guesser, now: 0) {}
        for number in 0..<200_000 as Range<UInt32> {
            _ = limit.take(IPAddress(v4: 0x0A00_0000 + number), now: 0)
        }
        #expect(!limit.take(guesser, now: 0))
    }
}
