"""What granian's page processes import: Django behind the entrance that awaits bodies."""

from django.conf import settings

from hansatsu.config.entrance import Entrance
from hansatsu.config.wsgi import application as django

application = Entrance(django, threads=settings.PAGE_THREADS, largest=settings.LARGEST_BODY)
