extension Duration {
    /// librdkafka counts in milliseconds: rounded up, so that a short wait never becomes none.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(max(0, seconds * 1000 + fraction))
    }
}
