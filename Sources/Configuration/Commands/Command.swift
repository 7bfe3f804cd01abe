// SPDX-License-Identifier: Apache-2.0

/// The subcommands of `tidings`, by the words that call them.
public enum Command: String, Sendable, CaseIterable {
    case ingress
    case worker
    case demo
    case topicsCreate = "topics create"
    case topicsCheck = "topics check"
    case topicsACLs = "topics acls"
    case sign
    case verify
    case prove
    case inspect
    case reviewList = "review list"
    case reviewShow = "review show"
    case reviewRelease = "review release"
    case reviewDismiss = "review dismiss"
    case deadLetterList = "dead-letter list"
    case deadLetterShow = "dead-letter show"
    case deadLetterRedrive = "dead-letter redrive"
    case replay
    case offsetsShow = "offsets show"
    case purchasePage = "purchase page"
    case purchaseGate = "purchase gate"
    case banks
    case status
    case reconcile
    case platformServe = "platform serve"
    case platformListen = "platform listen"
    case platformTrigger = "platform trigger"
    case platformReplay = "platform replay"
    case platformLoad = "platform load"
    case configCheck = "config check"
    case configPrint = "config print"
    case configSchema = "config schema"
    case configReference = "config reference"
    case configMetrics = "config metrics"
    case completion
    case manual
    case version

    /// The words behind `tidings`.
    public var words: [String] { rawValue.split(separator: " ").map(String.init) }
}
