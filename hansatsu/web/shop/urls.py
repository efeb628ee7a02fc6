"""The shop site's addresses, below ``/shop/``. They name no issuer: whoever logs in has one."""

from django.urls import path

from hansatsu.web.shop.views import ask, confirm, login, payment, poster, settle, till, today

app_name = "shop"

urlpatterns = [
    path("", till.till, name="till"),
    path("login/", login.log_in, name="login"),
    path("logout/", login.log_out, name="logout"),
    path("till/", till.ring_up, name="ring_up"),
    path("till/settle/", settle.settle, name="settle"),
    path("till/confirm/<sealed:token>/", confirm.confirm, name="confirm"),
    path("till/ask/", ask.ask, name="ask"),
    path("till/ask/<sealed:token>/", ask.asked, name="asked"),
    path("till/ask/<sealed:token>/state.json", ask.asked_json, name="asked_json"),
    path("payments/<number:number>/", payment.payment, name="payment"),
    path("today/", today.today, name="today"),
    path("today.json", today.today_json, name="today_json"),
    path("qr/", poster.poster, name="poster"),
    path("qr/poster.pdf", poster.poster_pdf, name="poster_pdf"),
]
