"""What a reader does, in a real browser against a real server."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PAGES = ("/", "/?level=coarse", "/search?q=refund", "/alerts", "/alerts?show=all", "/attention", "/report", "/docs")


@pytest.fixture(scope="module")
def at(port):
    return lambda path="/": f"http://127.0.0.1:{port}{path}"


@pytest.fixture(scope="module")
def desk(open_browser):
    return open_browser()


@pytest.fixture(scope="module")
def phone(open_browser):
    return open_browser(width=320, language="ko")


def complaints(browser):
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def text_of(browser, selector):
    return browser.find_element("css selector", selector).text


def test_a_reader_searches_opens_a_theme_and_follows_a_quote_to_its_item(desk, at):
    desk.get(at())
    assert text_of(desk, "h1") == "What customers say"
    box = desk.find_element("id", "q")
    box.send_keys("photo upload fails after the update")
    box.submit()
    first = desk.find_element("css selector", ".hits > li")
    said = first.find_element("css selector", "mark").text
    assert said
    first.find_element("css selector", ".about a[href^='/themes/']").click()
    assert "/themes/" in desk.current_url
    quote = desk.find_element("css selector", "[aria-labelledby=quotes] li")
    words = quote.find_element("css selector", "mark").text
    quote.find_element("css selector", "a").click()
    assert "/items/" in desk.current_url
    assert words.split()[0] in text_of(desk, ".text")
    assert complaints(desk) == []


@pytest.mark.parametrize(("event", "day"), [("outage", "2026-10-14"), ("regression", "2026-10-27")])
def test_what_was_hidden_in_the_feedback_is_an_unusual_day_with_the_right_quotes(desk, at, planted, event, day):
    desk.get(at())
    rows = desk.find_elements("css selector", "[aria-labelledby=spikes] li")
    links = [row.find_element("css selector", "a").get_attribute("href") for row in rows if row.text.startswith(day)]
    assert links
    hidden = {*planted[event]["ids"], *planted[event].get("follow_ups", [])}
    right = []
    for link in links:
        desk.get(link)
        quotes = desk.find_elements("css selector", "[aria-labelledby=quotes] li a .hidden")
        right += [quote.get_attribute("textContent").strip() in hidden for quote in quotes]
    assert sum(right) >= len(right) / 2


def test_the_page_speaks_korean_and_english(desk, phone, at):
    phone.get(at())
    assert text_of(phone, "h1") == "고객의 목소리"
    phone.find_element("css selector", "nav a[hreflang=en]").click()
    assert text_of(phone, "h1") == "What customers say"
    phone.get(at("/attention"))
    assert phone.find_element("css selector", "html").get_attribute("lang") == "en"
    phone.find_element("css selector", "nav a[hreflang=ko]").click()
    assert phone.find_element("css selector", "html").get_attribute("lang") == "ko"


def test_nothing_is_wider_than_a_phone(phone, at):
    phone.get(at())
    theme = phone.find_element("css selector", ".rows a").get_attribute("href")
    phone.get(theme)
    item = phone.find_element("css selector", ".about a[href^='/items/']").get_attribute("href")
    phone.get(at("/alerts?show=all"))
    alert = phone.find_element("css selector", ".hits h2 a").get_attribute("href")
    for address in (*(at(path) for path in PAGES), theme, item, alert):
        phone.get(address)
        width = phone.execute_script("return document.documentElement.scrollWidth")
        assert (address, width) == (address, 320)


def test_everything_can_be_reached_by_keyboard(desk, at):
    from selenium.webdriver.common.keys import Keys

    def press(*keys):
        desk.switch_to.active_element.send_keys(*keys)

    desk.get(at())
    press(Keys.TAB)
    assert desk.switch_to.active_element.get_attribute("class") == "skip"
    assert desk.switch_to.active_element.is_displayed()
    press(Keys.ENTER)
    assert desk.switch_to.active_element.get_attribute("id") == "main"
    press("/")
    assert desk.switch_to.active_element.get_attribute("id") == "q"
    press("late delivery", Keys.ENTER)
    assert "/search?q=late+delivery" in desk.current_url
    for _ in range(40):
        press(Keys.TAB)
        address = desk.switch_to.active_element.get_attribute("href") or ""
        if "/items/" in address:
            break
    outline = desk.switch_to.active_element.value_of_css_property("outline-style")
    assert outline == "solid"
    press(Keys.ENTER)
    assert desk.current_url == address


def test_a_reader_reopens_assigns_and_closes_an_alert_by_keyboard_alone(desk, at):
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.wait import WebDriverWait

    reading = WebDriverWait(desk, 20, ignored_exceptions=(StaleElementReferenceException,))

    def press(*keys):
        desk.switch_to.active_element.send_keys(*keys)

    def tab_to(selector):
        for _ in range(60):
            press(Keys.TAB)
            if desk.switch_to.active_element.get_attribute("outerHTML").startswith(selector):
                return
        pytest.fail(f"{selector} can't be reached")

    desk.get(at("/"))
    tab_to('<a href="/alerts"')
    press(Keys.ENTER)
    tab_to('<a href="/alerts?show=all"')
    press(Keys.ENTER)
    tab_to('<a href="/alerts/')
    press(Keys.ENTER)
    address = desk.current_url
    steps = [("assign", "Mina", "Mina"), ("snooze", None, "snoozed"), ("close", "fixed in 5.3.1", "fixed in 5.3.1")]
    closed = desk.find_elements("css selector", "form[action$='/reopen']")
    steps.insert(0 if closed else len(steps), ("reopen", None, "open"))
    for action, said, told in steps:
        tab_to("<input" if said else "<button")
        form = desk.switch_to.active_element.find_element("xpath", "ancestor::form")
        while not form.get_attribute("action").endswith(action):
            tab_to("<input" if said else "<button")
            form = desk.switch_to.active_element.find_element("xpath", "ancestor::form")
        press(*([said] if said else []), Keys.ENTER)
        # The answer has the address of the page that it replaces: its text tells that it is there.
        reading.until(lambda page, told=told: told in text_of(page, "p.meta"))
        assert desk.current_url == address
    assert complaints(desk) == []


def test_the_served_report_leads_to_alerts_and_items(desk, at):
    desk.get(at("/report"))
    desk.find_element("css selector", "[aria-labelledby=unusual] a[href^='/alerts/']").click()
    assert "/alerts/" in desk.current_url
    desk.find_element("css selector", "[aria-labelledby=evidence] a[href^='/items/']").click()
    assert "/items/" in desk.current_url
    assert complaints(desk) == []


def test_the_page_asks_for_nothing_outside_its_own_server(desk, at):
    desk.get(at())
    asked = desk.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert asked
    assert [address for address in asked if not address.startswith(at())] == []


def test_the_page_works_without_scripts(open_browser, at):
    browser = open_browser()
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(at())
    box = browser.find_element("id", "q")
    box.send_keys("환불이 안 와요\n")
    # The first answer may take the model a while; looking for it waits until it is there.
    browser.implicitly_wait(30)
    assert browser.find_elements("css selector", ".hits mark")
