"""The address in a gift's QR code: ``https://HOST/OEM202303/charge/code/#CODE``.

What stands behind the ``#`` is never sent: not to our server and its logs, nor to other sites
as the page one comes from. The page's script posts it.
"""


def gift_url(site_url: str, issuer_code: str, code: str) -> str:
    """What a gift's QR code says. ``site_url`` has no slash at its end."""
    return f"{site_url}/{issuer_code}/charge/code/#{code}"
