/// A JSON number as PHP 8 prints it with precision 14.
public enum PHPNumber {
    /// No number is longer in this form: sign, 14 digits, point, `E`, sign and three digits of exponent.
    static let maximumBytes = 24
}
