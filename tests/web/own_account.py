"""One's own account as its holder uses it: opened, signed in to, with codes and with a PIN."""

import re

import pyotp

from tests.web.staff_cast import PASSWORD

PIN = "270586"


def own(browser):
    return browser.get("/staff/").follow("Your account")


def sign_in(browser, password=PASSWORD, who="dana"):
    page = browser.get("/staff/sign-in").form("/sign-in")
    return page.send(email=f"{who}@example.org", password=password)


def set_up_codes(staff, browser):
    page = own(browser).follow("Set up codes")
    secret = re.search(r"<code class=\"secret\">([A-Z2-7 ]+)<", page.html)[1].replace(" ", "")
    totp = pyotp.TOTP(secret)
    page = page.form("/codes").send(code=totp.at(staff.clock.now()))
    assert page.heading == "Your recovery codes"
    codes = [one.get_text() for one in page.soup.select(".recovery-codes code")]
    staff.clock.pass_(minutes=1)
    return totp, codes


def choose_pin(browser, pin=PIN):
    return own(browser).form("/pin").send(pin=pin)
