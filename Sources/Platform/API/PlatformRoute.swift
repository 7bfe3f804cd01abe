// SPDX-License-Identifier: Apache-2.0

/// The paths of the simulator and the methods that each of them takes.
enum PlatformRoute {
    /// The value of an `Allow` field; nil where there is no such path.
    static func methods(of path: [String]) -> String? {
        switch (path.first, path.count) {
        case (nil, 0), ("metrics", 1): "GET, HEAD"
        case ("v2", 5) where path[1] == "payment" && path[2] == "banks" && path[4] == "sale": "POST"
        case ("v2", 7) where path[1] == "info" && path[2] == "banks" && path[6] == "list": "POST"
        case ("v2", 3) where path[1] == "payment" && path[2] == "status": "POST"
        case ("payment", 1): "GET, HEAD, POST"
        case ("payment", 3) where path[2] == "result": "GET, HEAD"
        case ("payment", 3) where ["method", "bank"].contains(path[2]): "POST"
        case ("bank", 2): "GET, HEAD"
        case ("bank", 3) where ["pay", "decline", "close"].contains(path[2]): "POST"
        case ("shared", 2) where path[1] == "merchant.js": "GET, HEAD"
        case ("platform", 2) where ["trigger", "replay"].contains(path[1]): "POST"
        case ("platform", 2) where ["scenarios", "deliveries"].contains(path[1]): "GET, HEAD"
        case ("platform", 3) where path[1] == "runs": "GET, HEAD"
        default: nil
        }
    }
}
