/**
 * Where a scanned text leads. Never anywhere else than this issuer's own pages: a poster's address of this
 * site is opened as it is, everything else is handed to the site, which reads EMVCo codes and refuses the rest in words.
 */
export function destination(text: string, posters: string, judge: string): string {
  const target = posterTarget(text, posters);
  if (target !== null) {
    return target;
  }
  const url = new URL(judge, location.href);
  url.searchParams.set("code", text.slice(0, 1000));
  return url.href;
}

function posterTarget(text: string, posters: string): string | null {
  if (!URL.canParse(text)) {
    return null;
  }
  const url = new URL(text);
  const prefix = new URL(posters, location.href);
  const shop = url.pathname.slice(prefix.pathname.length);
  const ours = url.origin === location.origin && url.pathname.startsWith(prefix.pathname);
  return ours && /^[A-Za-z0-9-]+\/?$/.test(shop) ? url.origin + url.pathname : null;
}
