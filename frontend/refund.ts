// 取り消す and 返金する: one tap, one refund, and an end that is certain.
import { payWithCertainty } from "./helpers/settle_payment";
import { ignoreScannerGun } from "./helpers/barcode_scanner";

ignoreScannerGun();
payWithCertainty();
