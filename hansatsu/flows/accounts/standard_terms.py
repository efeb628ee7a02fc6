"""The terms of use that an issuer starts with, in the form of ``terms.publish_terms``.

Only for issuers who have published none. A change here is no new version for anybody.
"""

JAPANESE = """\
この規約は、{office}が発行する{issuer}の電子マネーを、この利用者サイトでご利用になる方に適用します。

## 1. 使えるお店

電子マネーごとに、使えるお店が決まっています。「使えるお店」でご確認ください。

## 2. 有効期限

有効期限のある残高は、期限の日の23時59分まで使えます。期限を過ぎた残高は使えなくなり、元に戻せません。

## 3. お支払い

お支払いには、有効期限が短い残高から、同じ期限では少ない残高から使われます。\
「お支払」を押すと取り消せません。金額を間違えたときは、お店にお申し出ください。

## 4. 払い戻し

残高の払い戻しはできません。ただし、法令で定められた場合を除きます。

## 5. ご登録

ご本人が、正しい内容でご登録ください。ご登録はお一人につき一つです。\
変わったときは「ご登録情報の確認・変更」で変更してください。

## 6. IDとパスワード

ログインIDとパスワードは、ほかの人に教えないでください。\
スマートフォンをなくしたときは、すぐに事務局へご連絡ください。

## 7. 規約の変更

この規約を変更するときは、この利用者サイトでお知らせします。
"""

ENGLISH = """\
These terms apply to everyone who uses the electronic money of {issuer}, issued by {office}, \
on this site. The Japanese text is the one that binds.

## 1. Where it can be used

Each electronic money has its own set of shops. See “Shops”.

## 2. Expiry

Value with an expiry date can be used until 23:59 (Japan time) on that day. After it the value can \
no longer be used and cannot be restored.

## 3. Payments

A payment takes the value that expires first, and of the same expiry the smaller amount first. \
Once you press “Pay” it cannot be taken back. If the amount was wrong, tell the shop.

## 4. Refunds

The balance cannot be paid out, except where the law says so.

## 5. Registration

Register yourself, with correct details, once. When they change, change them under \
“Your details”.

## 6. ID and password

Do not tell anyone your login ID and password. If you lose your phone, call the office at once.

## 7. Changes

Changes of these terms are announced on this site.
"""
