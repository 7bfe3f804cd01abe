import Payments

/// Moments of the model, in seconds since 1970.
enum ModelTime {
    /// 2026-01-01T00:00:00Z
    static let start: Int64 = 1_767_225_600
    static let day: Int64 = 86_400

    /// As the platform writes dates.
    static func text(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &bytes, .seconds)
        return String(decoding: bytes.dropLast(), as: UTF8.self) + "+0000"
    }
}
