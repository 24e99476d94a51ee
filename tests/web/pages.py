"""A browser without JavaScript, for tests: it reads pages and sends the forms it finds there."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup


class Page:
    """One answer of the site."""

    def __init__(self, browser, response):
        self.browser = browser
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        response.close()
        self.soup = BeautifulSoup(self.html, "html.parser")

    @property
    def path(self):
        return urlsplit(self.response.request.full_path).path

    @property
    def title(self):
        return self.soup.title.get_text(strip=True)

    @property
    def heading(self):
        return self.soup.h1.get_text(" ", strip=True)

    @property
    def text(self):
        return " ".join(self.soup.get_text(" ").split())

    @property
    def errors(self):
        return [" ".join(one.get_text(" ").split()) for one in self.soup.select(".error")]

    def form(self, action_ends="", method=""):
        """The first form whose address ends so, and of this method where one is named."""
        for found in self.soup.find_all("form"):
            fits = method in {"", found.get("method", "get").lower()}
            if fits and found.get("action", "").endswith(action_ends):
                return Form(self, found)
        raise AssertionError(f"no form for {action_ends!r} on {self.title!r}")

    def follow(self, label):
        """Open the first link with these words."""
        for link in self.soup.find_all("a"):
            if label in " ".join(link.get_text(" ").split()):
                return self.browser.get(link["href"])
        raise AssertionError(f"no link {label!r} on {self.title!r}")

    def value_of(self, name):
        """What a field holds: its text, or the list of what is ticked."""
        fields = self.soup.find_all(attrs={"name": name})
        if fields and fields[0].get("type") in {"radio", "checkbox"}:
            return [field["value"] for field in fields if field.has_attr("checked")]
        if fields and fields[0].name == "textarea":
            return fields[0].get_text().lstrip("\n")
        return fields[0].get("value", "")


class Form:
    """A form as it stands on a page, with what is filled in already."""

    def __init__(self, page, soup):
        self.page = page
        self.soup = soup
        self.action = soup["action"]
        self.method = soup.get("method", "get").lower()
        self.data = {}
        for field in soup.find_all(["input", "select", "textarea"]):
            self._take(field)

    def _take(self, field):
        name = field.get("name")
        if not name or field.has_attr("disabled"):
            return
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            self.data[name] = [chosen["value"]]
        elif field.get("type") in {"radio", "checkbox"}:
            if field.has_attr("checked"):
                self.data.setdefault(name, []).append(field["value"])
        elif field.name == "textarea":
            self.data.setdefault(name, []).append(field.get_text().lstrip("\n"))
        else:
            self.data.setdefault(name, []).append(field.get("value", ""))

    def buttons(self):
        return [(one.get("name"), one.get("value")) for one in self.soup.find_all("button")]

    def send(self, **changes):
        """Send it with these answers changed; None leaves a field out."""
        data = dict(self.data)
        for name, value in changes.items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value if isinstance(value, list) else [value]
        if self.method == "post":
            return self.page.browser.post(self.action, data)
        return self.page.browser.get(self.action, query_string=data)

    def press(self, number=0):
        """Press one of its buttons."""
        name, value = self.buttons()[number]
        return self.send(**({name: value} if name else {}))


class NoScriptBrowser:
    """Opens pages, keeps cookies, follows redirects, runs no scripts."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, address, **options):
        return Page(self, self.client.get(address, follow_redirects=True, **options))

    def post(self, address, data, **options):
        return Page(self, self.client.post(address, data=data, follow_redirects=True, **options))
