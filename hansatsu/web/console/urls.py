"""The site of the console: every address of it, each guarded by ``frame.access.guarded``.

A subject's folder names its addresses (``PATHS``) and its lists (``LISTS``); here stands only which
subjects there are.
"""

from django.urls import URLPattern, URLResolver, include, path

from hansatsu.web.console.codes import urls as codes
from hansatsu.web.console.entrance import urls as entrance
from hansatsu.web.console.frame.page import CONSOLE
from hansatsu.web.console.frame.site import ConsoleSite
from hansatsu.web.console.home import urls as home
from hansatsu.web.console.money import urls as money
from hansatsu.web.console.programs import urls as programs
from hansatsu.web.console.settings import urls as settings
from hansatsu.web.console.settlement import urls as settlement
from hansatsu.web.console.shops import urls as shops
from hansatsu.web.console.staff import urls as staff
from hansatsu.web.console.support import urls as support


class Console(ConsoleSite):
    """Every address of the console. What is not named in a subject's ``urls`` does not exist."""

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Log-in, pages of work, and each list."""
        return [
            *home.PATHS,
            *entrance.PATHS,
            path("words/", self.admin_view(self.i18n_javascript), name="jsi18n"),
            *staff.PATHS,
            *shops.PATHS,
            *support.PATHS,
            *money.PATHS,
            *settlement.PATHS,
            *programs.PATHS,
            *codes.PATHS,
            *settings.PATHS,
            *(
                path(f"{model._meta.model_name}/", include(admin.get_urls()))
                for model, admin in self._registry.items()
            ),
        ]


site = Console(name=CONSOLE)
for subject in (staff, shops, support, money, settlement, programs, codes):
    for model, listed in subject.LISTS.items():
        site.register(model, listed)
