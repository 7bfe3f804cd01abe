# SPDX-License-Identifier: Apache-2.0
"""Answers every POST with {} over TLS, as a collector does, until it is killed.

    https_collector.py PORT CERTIFICATE KEY
"""
import http.server
import ssl
import sys


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


def main(port, certificate, key):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Collector)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
