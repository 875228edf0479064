from django.apps import AppConfig


class KemiEcosystemConfig(AppConfig):
    name = "kemi_ecosystem"
    verbose_name = "Kemin hyvinvoinnin ekosysteemi"
