// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// The image's root file system, made by `deploy/image` where no registry can be reached.
@Suite("Image")
struct ImageTests {
    @Test(
        "the image runs the program with a read-only root, as its numeric user, and without a shell",
        .enabled(if: RootCheck.canRun, RootCheck.needs))
    func image() throws {
        #expect(
            try RootCheck.facts(of: "check_image") == [
                "mmdebstrap makes the root file system that the Containerfile describes",
                "ldd finds the same libraries in the image as where the binary was built",
                "the program runs as the image's user, with a read-only root and without a shell",
                "the ingress is alive in the image, and stops orderly",
                "the worker is alive in the image, and stops orderly",
            ])
    }
}
