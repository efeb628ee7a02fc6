// Reading an amount as people type it. `hansatsu/web/shared/typed.py` has the same rule, and one table of examples
// tests both (`tests/web/typed_amounts.json`).

const LARGEST_DIGITS = 7; // 9,999,999 yen: more is a slip of the finger
const OF_AMOUNTS = /^[0-9０-９,，¥￥円\s]*$/; // NFKC alone would turn ① into 1

/** Why a text is no amount: what the page's words for it are called. */
export type Wrong = "empty" | "notDigits" | "zero" | "tooLarge";

/** Whole yen as digits, without leading zeros; or what is wrong with the text. */
export type Amount = { digits: string; wrong: Wrong | null };

export function readAmount(text: string): Amount {
  const bare = text.normalize("NFKC").trim().replace(/^[¥円]+|[¥円]+$/g, "").replace(/[,\s]/g, "");
  if (bare === "") {
    return { digits: "", wrong: "empty" };
  }
  if (!OF_AMOUNTS.test(text) || !/^[0-9]+$/.test(bare)) {
    return { digits: "", wrong: "notDigits" };
  }
  const digits = bare.replace(/^0+/, "");
  if (digits === "") {
    return { digits: "", wrong: "zero" };
  }
  return digits.length > LARGEST_DIGITS ? { digits: "", wrong: "tooLarge" } : { digits, wrong: null };
}

/** 1,280 */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}
