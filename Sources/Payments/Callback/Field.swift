// SPDX-License-Identifier: Apache-2.0

/// A scalar that is read: a path, and with it what its value may be.
///
/// The raw values are places in `ScannedFields`; they are never stored.
enum Field: UInt8, CaseIterable, Sendable {
    case projectID
    case generalProjectID

    case paymentID
    case paymentType
    case paymentMethod
    case paymentStatus
    case paymentDescription
    case paymentAmount
    case paymentCurrency
    case paymentResultCode
    case paymentResultMessage

    case customerID

    case operationID
    case operationType
    case operationStatus
    case operationDate
    case operationCreatedDate
    case operationRequestID
    case operationCode
    case operationMessage
    case operationECI
    case initialAmount
    case initialCurrency
    case convertedAmount
    case convertedCurrency
    case providerID
    case providerPaymentID
    case providerAuthCode
    case providerEndpointID
    case providerDate

    case transactionID
    case transactionDate
    case transactionType
    case lastRequestID
    case realAmount
    case realCurrency
    case requestedAmount
    case requestedCurrency
    case refundAmount
    case refundCurrency

    case token
    case tokenStatus
    case tokenCreatedAt
    case requestID
    case requestAction
    case requestStatus

    case recurringID
    case recurringStatus
    case recurringType
    case recurringCurrency
    case recurringValidThru
    case recurringExpiryYear
    case recurringExpiryMonth
    case recurringPeriod
    case recurringTime
    case recurringInterval

    /// The path as written in the signed text.
    var path: StaticString {
        switch self {
        case .projectID: "project_id"
        case .generalProjectID: "general:project_id"
        case .paymentID: "payment:id"
        case .paymentType: "payment:type"
        case .paymentMethod: "payment:method"
        case .paymentStatus: "payment:status"
        case .paymentDescription: "payment:description"
        case .paymentAmount: "payment:sum:amount"
        case .paymentCurrency: "payment:sum:currency"
        case .paymentResultCode: "payment:result_code"
        case .paymentResultMessage: "payment:result_message"
        case .customerID: "customer:id"
        case .operationID: "operation:id"
        case .operationType: "operation:type"
        case .operationStatus: "operation:status"
        case .operationDate: "operation:date"
        case .operationCreatedDate: "operation:created_date"
        case .operationRequestID: "operation:request_id"
        case .operationCode: "operation:code"
        case .operationMessage: "operation:message"
        case .operationECI: "operation:eci"
        case .initialAmount: "operation:sum_initial:amount"
        case .initialCurrency: "operation:sum_initial:currency"
        case .convertedAmount: "operation:sum_converted:amount"
        case .convertedCurrency: "operation:sum_converted:currency"
        case .providerID: "operation:provider:id"
        case .providerPaymentID: "operation:provider:payment_id"
        case .providerAuthCode: "operation:provider:auth_code"
        case .providerEndpointID: "operation:provider:endpoint_id"
        case .providerDate: "operation:provider:date"
        case .transactionID: "transaction:id"
        case .transactionDate: "transaction:date"
        case .transactionType: "transaction:type"
        case .lastRequestID: "request_id"
        case .realAmount: "sum_real:amount"
        case .realCurrency: "sum_real:currency"
        case .requestedAmount: "sum_request:amount"
        case .requestedCurrency: "sum_request:currency"
        case .refundAmount: "sum_refund:amount"
        case .refundCurrency: "sum_refund:currency"
        case .token: "token"
        case .tokenStatus: "token_status"
        case .tokenCreatedAt: "token_created_at"
        case .requestID: "request:id"
        case .requestAction: "request:action"
        case .requestStatus: "request:status"
        case .recurringID: "recurring:id"
        case .recurringStatus: "recurring:status"
        case .recurringType: "recurring:type"
        case .recurringCurrency: "recurring:currency"
        case .recurringValidThru: "recurring:valid_thru"
        case .recurringExpiryYear: "recurring:exp_year"
        case .recurringExpiryMonth: "recurring:exp_month"
        case .recurringPeriod: "recurring:period"
        case .recurringTime: "recurring:time"
        case .recurringInterval: "recurring:interval"
        }
    }

    /// What an operation is reported by: these paths are read below `operations:N` too.
    var isOfOperation: Bool {
        (Field.operationID.rawValue...Field.providerDate.rawValue).contains(rawValue)
    }

    /// Whether people, banks or merchants choose the value, so that it may hold anything. The rest is the
    /// platform's own: numbers, dates, and words of a closed list.
    var isFreeText: Bool {
        switch self {
        case .paymentID, .paymentMethod, .paymentDescription, .paymentResultMessage, .customerID,
            .operationMessage, .providerID, .providerPaymentID, .providerAuthCode, .providerEndpointID:
            true
        default:
            false
        }
    }

    /// Which of the shapes that exclude one another this path belongs to.
    var group: Group {
        switch self {
        case _ where isOfOperation: .operation
        case .transactionID, .transactionDate, .transactionType, .realAmount, .realCurrency, .requestedAmount,
            .requestedCurrency:
            .transaction
        case .token, .requestID, .requestAction, .requestStatus: .token
        default: []
        }
    }

    var bit: UInt64 { 1 << UInt64(rawValue) }
}

/// The shapes of which a callback has one, by the containers that report them apart.
struct Group: OptionSet, BitwiseCopyable, Sendable {
    var rawValue: UInt8

    /// `operation`
    static let operation = Group(rawValue: 1)
    /// `transaction`, `operations`, `sum_real`, `sum_request`
    static let transaction = Group(rawValue: 2)
    /// `request`, `token`
    static let token = Group(rawValue: 4)
    /// `redirectData`
    static let redirect = Group(rawValue: 8)
}

/// A container whose members the sender names: read as its lines.
enum Container: UInt8, CaseIterable, Sendable {
    case redirectData
    case acs
    case threeds2
    case clarificationFields
    case displayData
    case qrCode
    case returnURL
    case providerExtraFields
    case redirectDataOnly
    case errors
    case requestErrors

    var path: StaticString { row.path }
    var actionKind: Callback.Action.Kind? { row.kind }
    /// 0 for what automatically says what the customer must do; the others, which accompany it, in the order
    /// in which they are reported where there is none. Nil for what is no action of an operation.
    var actionRank: Int? { row.rank }

    private var row: (path: StaticString, kind: Callback.Action.Kind?, rank: Int?) {
        switch self {
        case .redirectData: ("redirect_data", .redirect, 0)
        case .acs: ("acs", .acs, 0)
        case .threeds2: ("threeds2", .threeds2, 0)
        case .clarificationFields: ("clarification_fields", .clarification, 0)
        case .displayData: ("display_data", .display, 0)
        case .qrCode: ("qr_code", .qrCode, 0)
        case .returnURL: ("return_url", .returnURL, 1)
        case .providerExtraFields: ("provider_extra_fields", .providerExtraFields, 2)
        case .redirectDataOnly: ("redirectData", .redirect, nil)
        case .errors: ("errors", nil, nil)
        case .requestErrors: ("request:errors", nil, nil)
        }
    }

    var group: Group {
        switch self {
        case .redirectDataOnly: .redirect
        case .requestErrors: .token
        default: []
        }
    }
}
