"""注文: what residents buy, and what became of it."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.charging import operator_queries
from hansatsu.flows.charging.models import Method, Order, OrderState, ProviderPayment
from hansatsu.parties.identity.masks import mask_name
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge, facts, lines, link_to, moment
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link, record_links
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.money import words as say
from hansatsu.web.console.support.links import story_links


class OrderAdmin(IssuerAdmin):
    """Read only; a charged one can be taken back."""

    list_display = ("number_", "who", "what", "price_", "state_", "method_", "when")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(OrderState.values, say.order_state)),
        choice_filter(
            "method", gettext_lazy("お支払い方法"), known(Method.values, say.method_words)
        ),
    )
    list_select_related = ("resident", "product")
    ordering = ("-id",)
    found_first = "resident"
    search_fields = ("number__exact",)
    search_help_text = gettext_lazy("お申し込み番号で探せます。")
    personal_search_fields = (
        "resident__login_id__iexact",
        "resident__family_name__iexact",
        "resident__given_name__iexact",
        "resident__email__iexact",
    )
    personal_search_help_text = gettext_lazy(
        "お申し込み番号か、姓、名、ログインID、メールアドレスの全部で探せます。"
    )
    fields = (
        "number_",
        "state_",
        "who",
        "what",
        "price_",
        "code",
        "method_",
        "deadline",
        "money",
        "value",
        "to_do",
    )
    readonly_fields = fields

    def links(self, clerk: Clerk, thing: Order) -> list[Link]:
        """To its story, and to take it back."""
        found = story_links(clerk, "support_order", thing.number)
        if thing.state == OrderState.CHARGED and clerk.may(Act.MONEY):
            back = console_url("order_take_back", thing.pk)
            found.append(Link(_("購入を返金する"), back, danger=True))
        return found + record_links(clerk, thing.subject)

    def name_of(self, thing: Order) -> str:
        """Its number."""
        return thing.number

    @column(gettext_lazy("お申し込み番号"), ordering="number")
    def number_(self, order: Order) -> str:
        """What its resident reads to the office."""
        return order.number

    @column(gettext_lazy("利用者"))
    def who(self, order: Order) -> str:
        """Whose it is, masked: whole names are for support (``support_personal``)."""
        return mask_name(order.resident.family_name, order.resident.given_name)

    @column(gettext_lazy("商品"))
    def what(self, order: Order) -> str:
        """What is bought."""
        return order.product.local_name

    @column(gettext_lazy("金額"), ordering="price")
    def price_(self, order: Order) -> str:
        """What is to be paid."""
        return yen_words(order.price)

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, order: Order) -> SafeString:
        """As a badge."""
        return badge(say.order_state(order.state), say.order_tone(order.state))

    @column(gettext_lazy("お支払い方法"), ordering="method")
    def method_(self, order: Order) -> str:
        """Card or konbini."""
        return say.method_words(order.method)

    @column(gettext_lazy("申込日時"), ordering="held_at")
    def when(self, order: Order) -> str:
        """When its code was typed."""
        return moment(order.held_at)

    @column(gettext_lazy("購入コード"))
    def code(self, order: Order) -> str:
        """Of the code only its end is known here."""
        return f"…{order.purchase_code.last_four}"

    @column(gettext_lazy("お支払い期限"))
    def deadline(self, order: Order) -> str:
        """While it waits for money."""
        return moment(order.pay_by if order.state == OrderState.AWAITING else None)

    @column(gettext_lazy("入金"))
    def money(self, order: Order) -> SafeString:
        """Each payment, and what of it is gone."""
        return lines(
            (moment(each.paid_at), _payment(each)) for each in operator_queries.payments_of(order)
        )

    @column(gettext_lazy("入金とチャージ"))
    def value(self, order: Order) -> SafeString:
        """What became of what was issued: how much of it is spent, or lost."""
        return facts(say.value_facts(order))

    @column(gettext_lazy("対応"))
    def to_do(self, order: Order) -> SafeString:
        """What had to be seen to, or has."""
        return lines(
            (
                moment(task.made_at),
                format_html(
                    "{} {}",
                    link_to(
                        console_url("charging_task_change", task.pk),
                        f"{say.task_kind(task.kind)} {yen_words(task.yen)}",
                    ),
                    badge(say.task_state(task.state), say.task_tone(task.state)),
                ),
            )
            for task in operator_queries.tasks_of(order)
        )


def _payment(payment: ProviderPayment) -> str:
    parts = [
        f"{say.role_of_payment(payment.role)} {yen_words(payment.amount)}",
        say.method_words(payment.method),
        f"{payment.provider} {payment.payment_id}",
    ]
    if payment.refunded:
        parts.append(_("返金 %(yen)s") % {"yen": yen_words(payment.refunded)})
    if payment.disputed:
        parts.append(_("チャージバック %(yen)s") % {"yen": yen_words(payment.disputed)})
    return " · ".join(parts)
