// SPDX-License-Identifier: Apache-2.0

/// The fields of `payments.status.v1`, as `schemas/tidings/v1/payment_status_event.proto` numbers them.
extension EventField {
    static var id: EventField { EventField(#""id":"#, 1) }
    static var type: EventField { EventField(#""type":"#, 2) }
    static var projectID: EventField { EventField(#""project_id":"#, 3) }
    static var payment: EventField { EventField(#""payment":"#, 4) }
    static var operation: EventField { EventField(#""operation":"#, 5) }
    static var customer: EventField { EventField(#""customer":"#, 6) }
    static var action: EventField { EventField(#""action":"#, 7) }
    static var token: EventField { EventField(#""token":"#, 8) }
    static var request: EventField { EventField(#""request":"#, 9) }
    static var recurring: EventField { EventField(#""recurring":"#, 10) }
    static var errors: EventField { EventField(#""errors":"#, 11) }
    static var previous: EventField { EventField(#""previous":"#, 12) }
    static var revision: EventField { EventField(#""revision":"#, 13) }
    static var occurredAt: EventField { EventField(#""occurred_at":"#, 14) }
    static var receivedAt: EventField { EventField(#""received_at":"#, 15) }
    static var source: EventField { EventField(#""source":"#, 16) }
    static var trust: EventField { EventField(#""trust":"#, 17) }
}

enum PaymentField {
    static var id: EventField { EventField(#""id":"#, 1) }
    static var type: EventField { EventField(#""type":"#, 2) }
    static var method: EventField { EventField(#""method":"#, 3) }
    static var status: EventField { EventField(#""status":"#, 4) }
    static var statusClass: EventField { EventField(#""status_class":"#, 5) }
    static var amount: EventField { EventField(#""amount":"#, 6) }
    static var currency: EventField { EventField(#""currency":"#, 7) }
    static var exponent: EventField { EventField(#""exponent":"#, 8) }
    static var description: EventField { EventField(#""description":"#, 9) }
    static var asOf: EventField { EventField(#""as_of":"#, 10) }
}

enum OperationField {
    static var id: EventField { EventField(#""id":"#, 1) }
    static var type: EventField { EventField(#""type":"#, 2) }
    static var status: EventField { EventField(#""status":"#, 3) }
    static var statusClass: EventField { EventField(#""status_class":"#, 4) }
    static var requestID: EventField { EventField(#""request_id":"#, 5) }
    static var code: EventField { EventField(#""code":"#, 6) }
    static var message: EventField { EventField(#""message":"#, 7) }
    static var eci: EventField { EventField(#""eci":"#, 8) }
    static var createdAt: EventField { EventField(#""created_at":"#, 9) }
    static var updatedAt: EventField { EventField(#""updated_at":"#, 10) }
    static var sumInitial: EventField { EventField(#""sum_initial":"#, 11) }
    static var sumConverted: EventField { EventField(#""sum_converted":"#, 12) }
    static var provider: EventField { EventField(#""provider":"#, 13) }
    static var superseded: EventField { EventField(#""superseded":"#, 14) }
}

enum SumField {
    static var amount: EventField { EventField(#""amount":"#, 1) }
    static var currency: EventField { EventField(#""currency":"#, 2) }
    static var exponent: EventField { EventField(#""exponent":"#, 3) }
}

enum ProviderField {
    static var id: EventField { EventField(#""id":"#, 1) }
    static var paymentID: EventField { EventField(#""payment_id":"#, 2) }
    static var authCode: EventField { EventField(#""auth_code":"#, 3) }
    static var endpointID: EventField { EventField(#""endpoint_id":"#, 4) }
    static var date: EventField { EventField(#""date":"#, 5) }
}

enum CustomerField {
    static var id: EventField { EventField(#""id":"#, 1) }
}

enum ActionField {
    static var kind: EventField { EventField(#""kind":"#, 1) }
    static var method: EventField { EventField(#""method":"#, 2) }
    static var url: EventField { EventField(#""url":"#, 3) }
    static var body: EventField { EventField(#""body":"#, 4) }
    static var fields: EventField { EventField(#""fields":"#, 5) }
}

enum TokenField {
    static var token: EventField { EventField(#""token":"#, 1) }
    static var status: EventField { EventField(#""status":"#, 2) }
    static var createdAt: EventField { EventField(#""created_at":"#, 3) }
}

enum RequestField {
    static var id: EventField { EventField(#""id":"#, 1) }
    static var action: EventField { EventField(#""action":"#, 2) }
    static var status: EventField { EventField(#""status":"#, 3) }
}

enum RecurringField {
    static var id: EventField { EventField(#""id":"#, 1) }
    static var status: EventField { EventField(#""status":"#, 2) }
    static var type: EventField { EventField(#""type":"#, 3) }
    static var currency: EventField { EventField(#""currency":"#, 4) }
    static var validThru: EventField { EventField(#""valid_thru":"#, 5) }
    static var expiryYear: EventField { EventField(#""expiry_year":"#, 6) }
    static var expiryMonth: EventField { EventField(#""expiry_month":"#, 7) }
    static var period: EventField { EventField(#""period":"#, 8) }
    static var time: EventField { EventField(#""time":"#, 9) }
    static var interval: EventField { EventField(#""interval":"#, 10) }
}

enum PreviousField {
    static var status: EventField { EventField(#""status":"#, 1) }
    static var statusClass: EventField { EventField(#""status_class":"#, 2) }
    static var paymentStatus: EventField { EventField(#""payment_status":"#, 3) }
    static var paymentStatusClass: EventField { EventField(#""payment_status_class":"#, 4) }
    static var paymentSum: EventField { EventField(#""payment_sum":"#, 5) }
    static var sumInitial: EventField { EventField(#""sum_initial":"#, 6) }
    static var sumConverted: EventField { EventField(#""sum_converted":"#, 7) }
    static var updatedAt: EventField { EventField(#""updated_at":"#, 8) }
}

enum SourceField {
    static var topic: EventField { EventField(#""topic":"#, 1) }
    static var partition: EventField { EventField(#""partition":"#, 2) }
    static var offset: EventField { EventField(#""offset":"#, 3) }
}

enum TrustField {
    static var keyID: EventField { EventField(#""key_id":"#, 1) }
    static var signatureRule: EventField { EventField(#""signature_rule":"#, 2) }
    static var releasedBy: EventField { EventField(#""released_by":"#, 3) }
    static var origin: EventField { EventField(#""origin":"#, 4) }
}
