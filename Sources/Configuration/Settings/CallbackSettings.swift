// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Ingress
public import Payments

/// What is accepted as a callback, how its signature is verified and how its event is encoded. Ingress and
/// worker read the same settings: give both the same values.
public enum CallbackSettings {
    public static let keysFile = Setting(
        required: "keys.file", .path("FILE"), "the YAML file of projects and their keys")
    /// The same, where a command can do without keys.
    public static let optionalKeysFile = Setting<String?>(
        "keys.file", optional: .path("FILE"), "the YAML file of projects and their keys")
    /// How often the keys file and its secrets are checked for a change.
    public static let keysCheckInterval = Setting(
        "keys.check_interval", .duration(.milliseconds(100)...(.seconds(3600))), default: .seconds(1),
        "how often the keys file is checked for a change")

    /// The bytes of a body.
    public static let bodyLimit = Setting(
        "callback.body_limit", .byteCount(1024...(1 << 19)), \IngressService.Settings.server.limits.bodyBytes,
        "the largest body that is read")
    /// Objects' members and arrays' elements in one body.
    public static let memberLimit = Setting(
        "callback.member_limit", .integer(16...100_000), \JSONLimits.members,
        "the most members a body may have")
    /// Objects and arrays inside one another.
    public static let depthLimit = Setting(
        "callback.depth_limit", .integer(4...128), \JSONLimits.depth, "how deep a body may be nested")
    /// The characters of one number. Up to 64 are rounded exactly as the platform rounds them.
    public static let numberLimit = Setting(
        "callback.number_limit", .integer(20...64), \JSONLimits.numberBytes,
        "the most characters of one number")
    /// The text that a body is signed as, which repeats a container's path on every line below it.
    public static let signedTextLimit = Setting(
        "callback.signed_text_limit", .byteCount(65_536...(1 << 26)), \JSONLimits.signedBytes,
        "the longest text that a body may be signed as")

    public static let eventEncoding = Setting(
        "event.encoding", .choice { "\($0.name)" }, \ProcessorSettings.encoding, "how events are encoded")
    /// The bytes of a published event, and of a body in a review record or a dead letter.
    public static let eventMaxBytes = Setting(
        "event.max_bytes", .byteCount((64 << 10)...(8 << 20)), \ProcessorSettings.output.eventBytes,
        "the largest event that is published; a callback that would give a larger one goes to review")
    public static let eventSource = Setting(
        "event.source", .uriReference, \ProcessorSettings.source, "the CloudEvents source of every event")
    public static let eventSchemaID = Setting(
        "event.schema_id", optional: .schemaID, \ProcessorSettings.schemaID,
        "the schema registry's GUID of the events' schema, published in the header __value_schema_id")
    public static let eventDataSchema = Setting(
        "event.data_schema", optional: .uri, \ProcessorSettings.dataSchema,
        "the CloudEvents dataschema of every event, published in the header ce_dataschema")

    static let limits = [
        bodyLimit.row, memberLimit.row, depthLimit.row, numberLimit.row, signedTextLimit.row,
    ]
    /// What the topics' `max.message.bytes` follows from, besides the deduplication settings.
    static let sizes = [bodyLimit.row, eventMaxBytes.row]
    static let keys = [keysFile.row, keysCheckInterval.row]
    static let optionalKeys = [optionalKeysFile.row, keysCheckInterval.row]
    static let event = [
        eventEncoding.row, eventMaxBytes.row, eventSource.row, eventSchemaID.row, eventDataSchema.row,
    ]
}
