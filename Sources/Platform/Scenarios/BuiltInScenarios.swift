// SPDX-License-Identifier: Apache-2.0

/// The scenarios that come with the program, as YAML files.
public enum BuiltInScenarios {
    /// Names and bytes, in the order in which they are listed. The build makes an identifier of each file's
    /// name, in which the digit of `3ds.yaml` has no place.
    public static let files: [(name: String, yaml: [UInt8])] = [
        ("success", PackageResources.success_yaml), ("decline", PackageResources.decline_yaml),
        ("redirect", PackageResources.redirect_yaml), ("3ds", PackageResources._ds_yaml),
        ("awaiting-customer", PackageResources.awaiting_customer_yaml),
        ("cascade", PackageResources.cascade_yaml), ("refund", PackageResources.refund_yaml),
        ("partial-refund", PackageResources.partial_refund_yaml),
        ("manual-change", PackageResources.manual_change_yaml),
        ("duplicate", PackageResources.duplicate_yaml), ("date-shift", PackageResources.date_shift_yaml),
        ("reorder", PackageResources.reorder_yaml), ("lost-answer", PackageResources.lost_answer_yaml),
        ("forged", PackageResources.forged_yaml), ("unknown-status", PackageResources.unknown_status_yaml),
        ("large-text", PackageResources.large_text_yaml), ("odd-text", PackageResources.odd_text_yaml),
    ]
}
