"""The address in a shop's poster: ``https://HOST/OEM202303/pay/SHOPCODE``."""

import re
from urllib.parse import urlsplit

SHOP_CODE = re.compile(r"[A-Z0-9]{1,16}")


def poster_url(site_url: str, issuer_code: str, shop_code: str) -> str:
    """What a shop's poster says. ``site_url`` has no slash at its end."""
    return f"{site_url}/{issuer_code}/pay/{shop_code}"


def read_poster_url(text: str, *, site_urls: set[str], issuer_code: str) -> str | None:
    """The shop's code in a poster of this issuer on one of these sites; None for all else."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}".lower() not in site_urls:
        return None
    folder, _, shop_code = parts.path.rstrip("/").rpartition("/")
    is_ours = folder == f"/{issuer_code}/pay" and SHOP_CODE.fullmatch(shop_code)
    return shop_code if is_ours else None
