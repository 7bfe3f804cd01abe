// SPDX-License-Identifier: Apache-2.0

/// The simulator's `merchant.js`: `EPayWidget.run` opens Payment Page with the signed parameters, in the same
/// window.
enum WidgetScript {
    static let text = """
        "use strict";
        var EPayWidget = (function () {
          var page = new URL("/payment", document.currentScript.src).href;
          return {
            run: function (parameters) {
              var form = document.createElement("form");
              form.method = "post";
              form.action = page;
              Object.keys(parameters).forEach(function (name) {
                var value = parameters[name];
                var input = document.createElement("input");
                input.type = "hidden";
                input.name = name;
                input.value = value === true ? "1" : value === false ? "0" : String(value);
                form.appendChild(input);
              });
              document.body.appendChild(form);
              form.submit();
            }
          };
        })();

        """
}
