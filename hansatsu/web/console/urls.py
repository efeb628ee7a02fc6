"""The site of the console: every address of it, each guarded by ``access.guarded``."""

from django.urls import URLPattern, URLResolver, include, path

from hansatsu.flows.charging.models import Order, Task, Transfer
from hansatsu.flows.printouts.models import Making
from hansatsu.flows.support.models import Correction
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.cards.models import Card
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.programs.models import Emoney, Product, PurchaseCode, Sale
from hansatsu.parties.shops.models import Area, Batch, Category, Shop
from hansatsu.web import passkey_pages, staff_steps
from hansatsu.web.console.codes.cards import CardAdmin
from hansatsu.web.console.codes.lists import GiftCodeAdmin, MakingAdmin, PurchaseCodeAdmin
from hansatsu.web.console.codes.urls import PATHS as CODE_PATHS
from hansatsu.web.console.entrance import login, me, passkeys
from hansatsu.web.console.entrance.entering import SITE
from hansatsu.web.console.frame.page import CONSOLE
from hansatsu.web.console.frame.site import ConsoleSite
from hansatsu.web.console.home import views as home
from hansatsu.web.console.money.orders import OrderAdmin
from hansatsu.web.console.money.tasks import TaskAdmin
from hansatsu.web.console.money.transfers import TransferAdmin
from hansatsu.web.console.money.urls import PATHS as MONEY_PATHS
from hansatsu.web.console.programs.lists import EmoneyAdmin, ProductAdmin, SaleAdmin
from hansatsu.web.console.programs.urls import PATHS as PROGRAM_PATHS
from hansatsu.web.console.settings.urls import PATHS as SETTING_PATHS
from hansatsu.web.console.shops.batches import BatchAdmin
from hansatsu.web.console.shops.lists import AreaAdmin, CategoryAdmin, ShopAdmin
from hansatsu.web.console.shops.urls import PATHS as SHOP_PATHS
from hansatsu.web.console.staff import views as staff
from hansatsu.web.console.staff.audit import AuditAdmin
from hansatsu.web.console.staff.lists import StaffAdmin
from hansatsu.web.console.support import urls as support_urls
from hansatsu.web.console.support.corrections import CorrectionAdmin
from hansatsu.web.console.support.mails import MailAdmin


class Console(ConsoleSite):
    """Every address of the console. What is not named here does not exist."""

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Log-in, pages of work, and each list."""
        return [
            path("", home.home, name="index"),
            path("login/", login.log_in, name="login"),
            *staff_steps.paths(SITE),
            path("logout/", login.log_out, name="logout"),
            path("password/", me.password, name="password_change"),
            *passkey_pages.paths("passkeys/", passkeys.of_clerks),
            path("words/", self.admin_view(self.i18n_javascript), name="jsi18n"),
            path("staff/new/", staff.new, name="staff_new"),
            path("staff/<int:staff_id>/role/", staff.role, name="staff_role"),
            path("staff/<int:staff_id>/stop/", staff.stop, name="staff_stop"),
            path("staff/<int:staff_id>/start/", staff.start, name="staff_start"),
            path("staff/<int:staff_id>/password/", staff.password, name="staff_password"),
            path(
                "staff/<int:staff_id>/second-factor/",
                staff.second_factor,
                name="staff_second_factor",
            ),
            *SHOP_PATHS,
            *support_urls.urlpatterns,
            *MONEY_PATHS,
            *PROGRAM_PATHS,
            *CODE_PATHS,
            *SETTING_PATHS,
            *(
                path(f"{model._meta.model_name}/", include(admin.get_urls()))
                for model, admin in self._registry.items()
            ),
        ]


site = Console(name=CONSOLE)
site.register(Staff, StaffAdmin)
site.register(AuditEntry, AuditAdmin)
site.register(Shop, ShopAdmin)
site.register(Batch, BatchAdmin)
site.register(Area, AreaAdmin)
site.register(Category, CategoryAdmin)
site.register(Mail, MailAdmin)
site.register(Order, OrderAdmin)
site.register(Task, TaskAdmin)
site.register(Transfer, TransferAdmin)
site.register(Emoney, EmoneyAdmin)
site.register(Sale, SaleAdmin)
site.register(Product, ProductAdmin)
site.register(Making, MakingAdmin)
site.register(PurchaseCode, PurchaseCodeAdmin)
site.register(GiftCode, GiftCodeAdmin)
site.register(Card, CardAdmin)
site.register(Correction, CorrectionAdmin)
