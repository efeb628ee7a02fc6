"""What an issuer has on sale: emoneys, sales, products, and the codes that give a right to buy."""

from hansatsu.parties.programs.models.emoney import Emoney
from hansatsu.parties.programs.models.product import ExpiryRule, Product, ProductPart
from hansatsu.parties.programs.models.purchase_code import CodeState, PurchaseCode
from hansatsu.parties.programs.models.sale import Sale

__all__ = ["CodeState", "Emoney", "ExpiryRule", "Product", "ProductPart", "PurchaseCode", "Sale"]
