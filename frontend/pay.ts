// お支払 at a shop's poster.
import { payWithCertainty } from "./helpers/settle_payment";

payWithCertainty();
