"""The address in a shop's poster: ``https://HOST/OEM202303/pay/SHOPCODE``."""

import re
from urllib.parse import urlsplit

SHOP_CODE = re.compile(r"[A-Z0-9]{1,16}")
SEALED = re.compile(r"[A-Za-z0-9_.:-]{1,600}")


def poster_url(site_url: str, issuer_code: str, shop_code: str) -> str:
    """What a shop's poster says. ``site_url`` has no slash at its end."""
    return f"{site_url}/{issuer_code}/pay/{shop_code}"


def request_url(site_url: str, issuer_code: str, shop_code: str, token: str) -> str:
    """What a till shows that asks for an amount, sealed in ``token``."""
    return f"{poster_url(site_url, issuer_code, shop_code)}/request/{token}/"


def read_request_url(text: str, *, site_urls: set[str], issuer_code: str) -> tuple[str, str] | None:
    """The shop's code and the token in what a till of this issuer shows; None for all else."""
    poster, marker, token = text.partition("/request/")
    shop_code = read_poster_url(poster, site_urls=site_urls, issuer_code=issuer_code)
    token = token.removesuffix("/")
    return (shop_code, token) if shop_code and marker and SEALED.fullmatch(token) else None


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
