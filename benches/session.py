"""Signs a provider's user in, as a browser does."""

import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request


def signed_in(url, binary, env, provider):
    """The session cookie of a new user of the provider, who opens the one-time link of `user add`."""
    add = [binary, "user", "add", "--email", f"p{provider}@example.com", "--role", "provider", "--provider", provider]
    link = subprocess.run(add, env=env, check=True, capture_output=True, text=True).stdout.strip()
    path = link[link.index("/sign-in/link"):]

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(Stay)
    with opener.open(url + path) as page:
        html, visit = page.read().decode(), page.headers.get_all("Set-Cookie")
    visit = next(c.split(";")[0] for c in visit if c.startswith("__Host-lh_visit="))
    field = lambda name: re.search(f'name="{name}" value="([^"]+)"', html)[1]  # noqa: E731
    form = urllib.parse.urlencode({"csrf": field("csrf"), "token": field("token")}).encode()
    request = urllib.request.Request(url + "/sign-in/link", form, {"Cookie": visit, "Sec-Fetch-Site": "same-origin"})
    try:
        opener.open(request)
    except urllib.error.HTTPError as redirect:
        cookies = redirect.headers.get_all("Set-Cookie")
        return next(c.split(";")[0] for c in cookies if c.startswith("__Host-lh_session="))
    raise SystemExit("nobody was signed in")
