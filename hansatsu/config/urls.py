"""The pages of every installation. A demo has more: ``urls_demo``."""

from django.urls import URLPattern, URLResolver, include, path

from hansatsu.config import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("hansatsu.web.urls")),
]

handler404 = "hansatsu.web.missing.missing"
