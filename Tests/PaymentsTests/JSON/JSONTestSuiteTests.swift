// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

/// Nicolas Seriot's JSONTestSuite: `y_` must be accepted, `n_` refused, `i_` is each parser's own decision.
///
/// A callback's root is an object and most of these files have another root, so each is also tried as the
/// value of an object's only member: `{"":` + file + `}`.
@Suite("JSONTestSuite")
struct JSONTestSuiteTests {
    /// RFC 8259 leaves duplicate keys to the parser, and where parsers differ an attacker chooses: refused.
    /// So is a number of 79 characters, by the limit.
    static let exceptions: [String: JSONError.Reason] = [
        "y_object_duplicated_key.json": .duplicateKey,
        "y_object_duplicated_key_and_value.json": .duplicateKey,
        "y_number_double_close_to_zero.json": .numberTooLong,
    ]

    /// What is decided for the files that a parser may accept or refuse: numbers are kept as text, so their
    /// size does not matter; all else here is not valid Unicode, begins with a byte order mark, or is too
    /// deep.
    static let decisions: [String: JSONError.Reason?] = [
        "i_number_double_huge_neg_exp.json": .none,
        "i_number_huge_exp.json": .numberTooLong,
        "i_number_neg_int_huge_exp.json": .none,
        "i_number_pos_double_huge_exp.json": .none,
        "i_number_real_neg_overflow.json": .none,
        "i_number_real_pos_overflow.json": .none,
        "i_number_real_underflow.json": .none,
        "i_number_too_big_neg_int.json": .none,
        "i_number_too_big_pos_int.json": .none,
        "i_number_very_big_negative_int.json": .none,
        "i_object_key_lone_2nd_surrogate.json": .loneSurrogate,
        "i_string_1st_surrogate_but_2nd_missing.json": .loneSurrogate,
        "i_string_1st_valid_surrogate_2nd_invalid.json": .loneSurrogate,
        "i_string_UTF-16LE_with_BOM.json": .unexpectedCharacter,
        "i_string_UTF-8_invalid_sequence.json": .invalidUTF8,
        "i_string_UTF8_surrogate_U+D800.json": .invalidUTF8,
        "i_string_incomplete_surrogate_and_escape_valid.json": .loneSurrogate,
        "i_string_incomplete_surrogate_pair.json": .loneSurrogate,
        "i_string_incomplete_surrogates_escape_valid.json": .loneSurrogate,
        "i_string_invalid_lonely_surrogate.json": .loneSurrogate,
        "i_string_invalid_surrogate.json": .loneSurrogate,
        "i_string_invalid_utf-8.json": .invalidUTF8,
        "i_string_inverted_surrogates_U+1D11E.json": .loneSurrogate,
        "i_string_iso_latin_1.json": .invalidUTF8,
        "i_string_lone_second_surrogate.json": .loneSurrogate,
        "i_string_lone_utf8_continuation_byte.json": .invalidUTF8,
        "i_string_not_in_unicode_range.json": .invalidUTF8,
        "i_string_overlong_sequence_2_bytes.json": .invalidUTF8,
        "i_string_overlong_sequence_6_bytes.json": .invalidUTF8,
        "i_string_overlong_sequence_6_bytes_null.json": .invalidUTF8,
        "i_string_truncated-utf-8.json": .invalidUTF8,
        "i_string_utf16BE_no_BOM.json": .unexpectedCharacter,
        "i_string_utf16LE_no_BOM.json": .unexpectedCharacter,
        "i_structure_500_nested_arrays.json": .tooDeep,
        "i_structure_UTF-8_BOM_empty_object.json": .unexpectedCharacter,
    ]

    @Test("the suite is whole")
    func count() throws {
        let names = try TestData.names("json-test-suite/test_parsing")
        #expect(names.count == 318)
        #expect(Set(names.filter { $0.hasPrefix("i_") }) == Set(Self.decisions.keys))
        #expect(try TestData.names("json-test-suite/test_transform").count == 22)
    }

    @Test("every y_ file with an object root is accepted, but for the exceptions named")
    func accepted() throws {
        for name in try TestData.names("json-test-suite/test_parsing") where name.hasPrefix("y_") {
            let body = try TestData.bytes("json-test-suite/test_parsing/\(name)")
            let expected = Self.exceptions[name]
            #expect(Self.reason(Self.wrapped(body)) == expected, "\(name) as a member")
            let hasObjectRoot = body.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
            #expect(Self.reason(body) == (hasObjectRoot ? expected : .rootNotObject), "\(name)")
        }
    }

    @Test("every n_ file is refused")
    func refused() throws {
        for name in try TestData.names("json-test-suite/test_parsing") where name.hasPrefix("n_") {
            let body = try TestData.bytes("json-test-suite/test_parsing/\(name)")
            #expect(Self.reason(body) != nil, "\(name)")
            #expect(Self.reason(Self.wrapped(body)) != nil, "\(name) as a member")
        }
    }

    @Test("every i_ file is answered as decided")
    func decided() throws {
        for (name, expected) in Self.decisions {
            let body = try TestData.bytes("json-test-suite/test_parsing/\(name)")
            #expect(Self.reason(Self.wrapped(body)) == expected, "\(name) as a member")
            #expect(Self.reason(body) != nil, "\(name) has no object root, or a byte order mark")
        }
    }

    @Test("the transform files keep their text or are refused")
    func transformed() throws {
        for name in try TestData.names("json-test-suite/test_transform") {
            let body = try TestData.bytes("json-test-suite/test_transform/\(name)")
            let expected: JSONError.Reason? =
                if name.hasPrefix("object_same_key") {
                    .duplicateKey
                } else if name.contains("escaped_invalid") {
                    .loneSurrogate
                } else if name.contains("invalid") {
                    .invalidUTF8
                } else {
                    nil
                }
            #expect(Self.reason(Self.wrapped(body)) == expected, "\(name)")
        }
    }

    static func wrapped(_ body: [UInt8]) -> [UInt8] {
        Array("{\"\":".utf8) + body + Array("}".utf8)
    }

    static func reason(_ body: [UInt8]) -> JSONError.Reason? {
        var tree = JSONTree()
        do throws(JSONError) {
            try tree.parse(body.span.bytes)
            return nil
        } catch {
            #expect(error.offset <= body.count)
            #expect(tree.nodes.isEmpty)
            return error.reason
        }
    }
}
