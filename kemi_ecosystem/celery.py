import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemi_ecosystem.settings")

app = Celery("kemi_ecosystem")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
