"""``/sandbox-pay/REFERENCE/``."""

from django.urls import path

from hansatsu.web.sandbox import views

app_name = "sandbox"

urlpatterns = [
    path("<slug:reference>/", views.checkout, name="checkout"),
    path("<slug:reference>/card/", views.card, name="card"),
    path("<slug:reference>/secure/", views.secure, name="secure"),
    path("<slug:reference>/number/", views.number, name="number"),
    path("<slug:reference>/store/", views.store, name="store"),
    path("<slug:reference>/test/", views.test, name="test"),
]
