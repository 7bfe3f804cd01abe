// SPDX-License-Identifier: Apache-2.0
internal import Payments
public import Telemetry

/// How a worker's spans are made.
public struct WorkerTraces: Sendable {
    let tracer: Tracer
    let topic: String
    let group: String
    let spanName: String

    public init(_ tracer: Tracer, topic: String, group: String) {
        self.tracer = tracer
        self.topic = topic
        self.group = group
        spanName = "\(topic) process"
    }
}

/// The recorded callbacks of one batch. Each partition with such callbacks gets a span, which links to
/// theirs: a batch has many callers, so it belongs to no one's trace.
struct BatchTrace {
    private let traces: WorkerTraces
    private var began: UInt64 = 0
    private var links: [(partition: Int32, contexts: [TraceContext])] = []

    init(_ traces: WorkerTraces) { self.traces = traces }

    /// Forgets an attempt before.
    mutating func begin() {
        links.removeAll(keepingCapacity: true)
        began = TraceSpan.now
    }

    mutating func add(_ receipt: borrowing ReceiptHeaders, from partition: Int32) {
        guard let text = receipt.traceparent, let context = TraceContext(text), context.isSampled else {
            return
        }
        // Records come in runs of one partition.
        if let index = links.lastIndex(where: { $0.partition == partition }) {
            links[index].contexts.append(context)
        } else {
            links.append((partition, [context]))
        }
    }

    /// The batch is committed.
    ///
    /// - Parameter counts: callbacks in the batch, by partition.
    mutating func end(counts: [Int]) {
        for (partition, contexts) in links {
            var span = traces.tracer.beginLinked(traces.spanName, .consumer, to: contexts, at: began)
            span.set("messaging.system", .text("kafka"))
            span.set("messaging.operation.name", .text("process"))
            span.set("messaging.operation.type", .text("process"))
            span.set("messaging.destination.name", .text(traces.topic))
            span.set("messaging.destination.partition.id", .text("\(partition)"))
            span.set("messaging.consumer.group.name", .text(traces.group))
            span.set("messaging.batch.message_count", .integer(counts[Int(partition)]))
            traces.tracer.end(span)
        }
        links.removeAll(keepingCapacity: true)
    }
}
