/// The subcommands of `tidings`, by the words that call them.
public enum Command: String, Sendable, CaseIterable {
    case ingress
    case worker
    case demo
    case topicsCreate = "topics create"
    case topicsCheck = "topics check"
    case sign
    case verify
    case prove
    case inspect
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
    case completion
    case manual
    case version

    /// The words behind `tidings`.
    public var words: [String] { rawValue.split(separator: " ").map(String.init) }
}
