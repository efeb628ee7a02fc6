import { defineConfig } from "vite";

// Pages are rendered by the server; this makes the files they name through the manifest.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../hansatsu/web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // the content security policy admits no data: addresses
    modulePreload: false,
    target: "es2022",
    rolldownOptions: {
      input: {
        main: "main.ts",
        scan: "scan.ts",
        take: "take.ts",
        pay: "pay.ts",
        code: "code.ts",
        paid: "paid.ts",
        order: "order.ts",
        till: "till.ts",
        till_asked: "till_asked.ts",
        till_confirm: "till_confirm.ts",
        shop: "shop.ts",
        refund: "refund.ts",
        card: "card.ts",
        print: "print.ts",
        register: "register.ts",
        puzzle: "puzzle.ts",
        passkey_login: "passkey_login.ts",
        passkey_add: "passkey_add.ts",
      },
    },
  },
});
