// 取り消す and 返金する: one tap, one refund, and an end that is certain.
import { payWithCertainty } from "./helpers/certain";
import { ignoreScannerGun } from "./helpers/gun";

ignoreScannerGun();
payWithCertainty();
