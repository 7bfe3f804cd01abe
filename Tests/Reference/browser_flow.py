# SPDX-License-Identifier: Apache-2.0
"""Walks through the pages of a simulated platform in headless Chromium, as a customer does.

    browser_flow.py FLOW URL      URL is the shop's page, or the bank's after a purchase through Gate

FLOW is one of
    pay         continue to Payment Page, choose Banks of Cambodia and Wing Bank, pay, and end on the result
    decline     the same, but decline, and end on the result page
    leave       choose the bank, leave, and end on the result page
    close       choose the bank, and close the window there
    gate-pay    at the bank: pay, and end on the shop's page

Each page is checked by axe (no serious finding), in a window of 1200 px and of 320 px, where nothing is
wider than the window. After pay and decline the finished bank page, the overview of payments and the page
of a wrong link are checked, too. Prints the address of the flow's last page; prints a line for each thing
wrong, and exits 1 if there is any.
"""

import sys

from axe_selenium_python import Axe
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

DEADLINE = 120
SERIOUS = {"serious", "critical"}


def browser():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


class Customer:
    def __init__(self, driver):
        self.driver = driver
        self.wrong = []

    def look(self):
        """Checks the page that is open, in both widths."""
        for width in (1200, 320):
            self.driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False})
            overflow = self.driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if overflow > 0:
                self.wrong.append(f"{self.driver.title}: {overflow} px too wide at {width} px")
            axe = Axe(self.driver)
            axe.inject()
            for finding in axe.run()["violations"]:
                if finding["impact"] in SERIOUS:
                    self.wrong.append(
                        f"{self.driver.title} at {width} px: {finding['id']}: {finding['help']}"
                    )

    def press(self, text):
        before = self.driver.current_url
        button = next(
            (found for found in self.driver.find_elements(By.TAG_NAME, "button") if found.text == text), None
        )
        if button is None:
            raise AssertionError(f"{self.driver.title} has no button {text}: {self.driver.page_source}")
        button.click()
        WebDriverWait(self.driver, DEADLINE).until(lambda driver: driver.current_url != before)
        WebDriverWait(self.driver, DEADLINE).until(
            lambda driver: driver.execute_script("return document.readyState") == "complete")


def flow(name, url, customer):
    customer.driver.get(url)
    customer.look()
    if not name.startswith("gate-"):
        customer.press("Continue to payment")
        customer.look()
        customer.press("Banks of Cambodia")
        customer.look()
        customer.press("Wing Bank")
        customer.look()
    if name == "close":
        return
    customer.press({"pay": "Pay", "gate-pay": "Pay", "decline": "Decline", "leave": "Leave"}[name])
    customer.look()
    expected = {
        "pay": "Payment successful",
        "decline": "Payment declined",
        "leave": "Payment not completed",
    }.get(name)
    if expected is not None and expected not in customer.driver.title:
        customer.wrong.append(f"the last page is {customer.driver.title}, not {expected}")


def look_around(customer):
    """Opens the pages of the platform that no flow leads to."""
    last = customer.driver.current_url
    platform = last.partition("/payment/")[0]
    for path in ("/", "/payment?project_id=1234", f"/bank/{last.split('/')[-2]}"):
        customer.driver.get(platform + path)
        customer.look()


def main():
    name, url = sys.argv[1:]
    driver = browser()
    customer = Customer(driver)
    try:
        flow(name, url, customer)
        print(driver.current_url)
        if name in ("pay", "decline"):
            look_around(customer)
    finally:
        driver.quit()
    for line in customer.wrong:
        print(line)
    sys.exit(1 if customer.wrong else 0)


if __name__ == "__main__":
    main()
