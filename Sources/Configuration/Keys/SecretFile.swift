/// A file that holds one secret.
enum SecretFile {
    /// Without one line end behind the secret: editors and `echo` put it there, and no secret ends so.
    static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard bytes.last == UInt8(ascii: "\n") else { return bytes }
        bytes.removeLast()
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }
}
