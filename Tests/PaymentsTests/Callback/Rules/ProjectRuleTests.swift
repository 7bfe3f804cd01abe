// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Project rule")
struct ProjectRuleTests {
    private let base = SampleCallback.success

    @Test(
        "another project than the key's is named, wherever it is",
        arguments: ["1235", "01234", "x", "-1234"])
    func other(value: String) {
        #expect(SampleCallback.read(base.with("project_id", .text(value))).reasons == ["project project_id"])
        #expect(
            SampleCallback.read(base.with("general", ["project_id": .text(value)])).reasons
                == ["project general:project_id"])
    }

    @Test("the key's project, or none, is fine")
    func same() {
        #expect(SampleCallback.read(base.with("project_id", "1234")).reasons == [])
        #expect(SampleCallback.read(base.with("project_id", nil)).reasons == [])
        #expect(SampleCallback.read(base.with("project_id", 9), project: 9).reasons == [])
    }

    @Test("where no key is known the body's two places must agree")
    func unknown() {
        let both = base.with("general", ["project_id": 1235])
        #expect(SampleCallback.read(both, project: nil).reasons == ["project general:project_id"])
        #expect(
            SampleCallback.read(base.with("project_id", "x"), project: nil).reasons == ["project project_id"])
    }

    @Test("a project elsewhere is not ours to read")
    func elsewhere() {
        #expect(SampleCallback.read(base.with("payment.project_id", 9)).reasons == [])
    }
}
