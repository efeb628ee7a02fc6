/** The letters of a card's, a gift's or a purchase's code: Crockford's base 32 behind the letter of its kind. */
const CODE = /^[CGP][0-9A-HJKMNP-TV-Z]{16}$/;

/**
 * The code in what was scanned or typed: bare, in groups, or behind the `#` of this issuer's page for it. Null for any
 * other text. Whether it is a good one, the server says.
 */
export function bearerCode(text: string, page: string): string | null {
  const letters = behind(text, page)
    .normalize("NFKC")
    .replace(/[\s\p{Pd}−ー]/gu, "")
    .toUpperCase()
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  return CODE.test(letters) ? letters : null;
}

function behind(text: string, page: string): string {
  if (!URL.canParse(text)) {
    return text;
  }
  const url = new URL(text);
  const ours = new URL(page, location.href);
  return url.origin === ours.origin && url.pathname === ours.pathname ? url.hash.slice(1) : "";
}
