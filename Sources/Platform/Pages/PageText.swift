// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// HTML of the simulator's pages: readable at 320 px, without a script.
enum PageText {
    /// - Parameter title: text; the body is HTML.
    static func document(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(HTMLText.escape(title)) – simulated platform</title>
        <style>
        body { color: #1a1a1a; background: #fff; font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 40rem;
          padding: 1rem; overflow-wrap: anywhere; }
        .choices { list-style: none; padding: 0; } .choices li { margin: 0.5rem 0; }
        button { font: inherit; min-height: 2.75rem; width: 100%; background: #fff; border: 2px solid #1a1a1a;
          border-radius: 0.25rem; cursor: pointer; }
        :focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; } a { color: #0b57d0; }
        table { border-collapse: collapse; width: 100%; } caption { text-align: left; }
        th, td { border-bottom: 1px solid #767676; padding: 0.25rem; text-align: left; }
        </style></head>
        <body><header><p>This is a simulator. No money moves.</p></header>
        <main><h1>\(HTMLText.escape(title))</h1>\(body)</main></body></html>

        """
    }
}
