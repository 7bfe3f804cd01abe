// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// A plan as a file: one JSON object on each line. The first says where the plan holds, the last one how many
/// items there are and the plan's id, so that a file that was cut or edited is refused.
public enum ReplayPlanFile {
    /// The version of this format.
    private static let version: Int64 = 1

    /// The bytes of the file.
    public static func bytes(of plan: ReplayPlan) -> [UInt8] {
        let header = JSONWriter.line { writer in
            writer.member("tidings_replay_plan", version)
            writer.member("created_at", plan.createdAt)
            writer.member("cluster_id", plan.cluster)
            writer.member("group", plan.group)
            writer.member("topics", plan.topics)
            writer.member("rules_version", Int64(DecisionTable.version))
            writer.members("partitions", plan.partitions) { partition, writer in
                writer.member("partition", partition.partition)
                writer.member("progress", partition.progress)
                writer.member("start", partition.start)
                writer.member("end", partition.end)
            }
        }
        let items = plan.items.flatMap { item in
            JSONWriter.line { writer in
                writer.member("partition", item.partition)
                writer.member("callback_offset", item.callback)
                writer.member("decision", "\(item.decision.name)")
                writer.member("key", item.key.map { $0.hexadecimal })
                writer.member("sha256", item.digest.hexadecimal)
            }
        }
        let end = JSONWriter.line { writer in
            writer.member("items", plan.items.count)
            writer.member("plan", plan.id)
        }
        return header + items + end
    }

    /// Reads a file.
    ///
    /// - Throws: `malformedPlan`.
    public static func plan(in bytes: [UInt8]) throws(ReplayError) -> ReplayPlan {
        var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
        var line = PlanLine()
        guard let first = lines.popFirst(), line.read(first), line.integer("tidings_replay_plan") == version,
            var plan = header(line)
        else { throw .malformedPlan("its first line is not the beginning of a plan of version \(version)") }
        guard line.integer("rules_version") == Int64(DecisionTable.version) else {
            throw .malformedPlan("it was made with other decision rules")
        }
        guard let last = lines.popLast(), line.read(last), let count = line.integer("items"),
            let id = line.text("plan")
        else { throw .malformedPlan("its last line does not name the plan") }
        for next in lines {
            guard line.read(next), let item = item(line) else {
                throw .malformedPlan("a line is not an item")
            }
            plan.items.append(item)
        }
        guard plan.items.count == count, plan.id == id else {
            throw .malformedPlan("it was changed since it was exported")
        }
        return plan
    }

    private static func header(_ line: PlanLine) -> ReplayPlan? {
        guard let cluster = line.text("cluster_id"), let group = line.text("group"),
            let createdAt = line.text("created_at").flatMap({ ReplayRange.time($0) }),
            let topics = line.texts("topics"), topics.count == Topic.allCases.count
        else { return nil }
        return ReplayPlan(
            cluster: cluster, topics: topics, group: group, createdAt: createdAt, partitions: [], items: [])
    }

    private static func item(_ line: PlanLine) -> ReplayPlan.Item? {
        guard let partition = line.integer("partition"), let callback = line.integer("callback_offset"),
            let name = line.text("decision"),
            let decision = Decision.allCases.first(where: { "\($0.name)" == name }),
            let digest = line.text("sha256").flatMap({ [UInt8](hexadecimal: $0) }),
            let number = Int32(exactly: partition)
        else { return nil }
        return ReplayPlan.Item(
            partition: number, callback: callback, decision: decision,
            key: line.text("key").flatMap { [UInt8](hexadecimal: $0) }, digest: digest)
    }
}

/// One line of a plan.
private struct PlanLine {
    private var tree = JSONTree(limits: JSONLimits(depth: 8, members: 100_000, numberBytes: 64))

    mutating func read(_ line: ArraySlice<UInt8>) -> Bool {
        do throws(JSONError) { try tree.parse(line.span.bytes) } catch { return false }
        return true
    }

    func integer(_ name: StaticString) -> Int64? {
        guard let node = tree.member(name, of: 0), tree.nodes[node].kind == .number else { return nil }
        return Int64(tree.string(tree.nodes[node].value))
    }

    func text(_ name: StaticString) -> String? {
        guard let node = tree.member(name, of: 0), tree.nodes[node].kind == .string else { return nil }
        return tree.string(tree.nodes[node].value)
    }

    func texts(_ name: StaticString) -> [String]? {
        guard let node = tree.member(name, of: 0), tree.nodes[node].kind == .array else { return nil }
        return tree.children(of: node).map { tree.string(tree.nodes[$0].value) }
    }
}
